// A place for what has become of something.  It is drawn again in the other language, also
// when the call began before the language was changed.

import { h, put } from './dom.js';
import { ofPage } from './kept.js';

// name: one of its page.  show(draw): draw() makes what it shows.

/** @param {string} name @param {Element} [element] */

export function outcome(name, element = h('div', { class: 'stack', role: 'status' })) {
    const one = ofPage(`outcome ${name}`, () => ({ draw: null, place: null }));

    one.place = element;

    if (one.draw) {
        put(element, one.draw());
    }

    return Object.assign(element, { show(draw) {
        one.draw = draw;
        return put(one.place, draw?.());
    } });
}
