// What the tables of the consoles have in their cells.

import { bdi, h } from '../../lib/dom.js';
import { fullTime, time } from '../../lib/format.js';
import { has, t } from '../../lib/i18n.js';
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

// A moment, short; the whole of it is told to who points at it.

export const when = (iso) => h('time', { datetime: iso, title: fullTime(iso) }, time(iso));

// A code of the platform in words; one that this console does not know, as it is.

export const named = (key, text) => (has(key) ? t(key) : bdi(text));

const BILLS = { PAID: 'good', PARTLY_REFUNDED: 'good', CREATED: 'wait', PUSHED: 'wait' };

export function billMark({ status }) {
    return h('span', { class: `mark ${BILLS[status] || 'quiet'}` }, named(`status.${status}`, status));
}

// The result of a try to tell a merchant: the status of its answer, or why there was none.

export const resultOf = (result) => named(`result.${String(result).split(' ')[0]}`, result);

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
