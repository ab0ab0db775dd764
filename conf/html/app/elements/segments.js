// One of a few, side by side: [name, text, language] each.

import { h, put } from '../../lib/dom.js';

export function segments(label, options, current, choose) {
    const group = h('div', { class: 'segments', role: 'group', 'aria-label': label });

    put(group, options.map(([name, text, language]) =>
        h('button', { type: 'button', lang: language, 'aria-pressed': String(name === current),
                      onclick: (event) => {
            for (const button of group.children) {
                button.setAttribute('aria-pressed', String(button === event.target));
            }
            choose(name);
        } }, text)));

    return group;
}
