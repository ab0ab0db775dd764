// One line at the bottom for what has happened elsewhere; with a way to go there.

import { h, put } from '../../lib/dom.js';

const place = h('div', { class: 'toasts', role: 'status', 'aria-live': 'polite' });

export function mountToasts() {
    document.body.append(place);
}

// What a modal sheet does not contain cannot be pressed, nor is it read out.

/** @param {Element} into @param {Element} [from] */

export function moveToasts(into, from = document.body) {
    if (from.contains(place)) {
        into.append(place);
    }
}

export function clearToasts() {
    put(place);
}

/**
 * @param {string | (string | Node)[]} content
 * @param {{ act?: () => void, label?: string, stay?: number }} [options]
 */

export function toast(content, { act, label, stay = 8000 } = {}) {
    const line = h('div', { class: 'toast' }, h('span', {}, content),
        act && h('button', { type: 'button', onclick: () => { line.remove(); act(); } }, label));

    put(place, line);
    setTimeout(() => line.remove(), stay);
}
