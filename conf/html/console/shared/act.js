// What the tables of the consoles have in their cells.

import { bdi, h } from '../../lib/dom.js';
import { problem } from '../../app/elements/problem.js';
import { ask } from '../../app/elements/sheet.js';

// Asks before what cannot be taken back.  Turned back is no error, and what was typed
// stays.

/** @param {{ title: string, text: unknown, yes: string }} question */

export async function sure(question) {
    if (!await ask(question)) {
        throw new DOMException('turned back', 'AbortError');
    }
}

export const code = (text) => h('span', { class: 'code' }, bdi(text));

// A button that becomes what it has done.  question: asked before.

/** @param {{ title: string, text: unknown, yes: string }} [question] */

export function act(label, done, call, question) {
    const place = h('span', { role: 'status' });
    const button = h('button', { type: 'button', class: 'link', onclick: async () => {
        if (question && !await ask(question)) {
            return;
        }

        button.disabled = true;

        try {
            await call();
            place.replaceChildren(h('span', { class: 'mark good' }, done));
        } catch (error) {
            button.disabled = false;
            place.replaceChildren(button, problem(error));
        }
    } }, label);

    place.append(button);

    return place;
}
