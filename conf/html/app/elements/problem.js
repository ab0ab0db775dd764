// An error as people see it: what to do, and the id of the call, to be copied for
// whoever is asked for help.

import { h } from '../../lib/dom.js';
import { fullTime } from '../../lib/format.js';
import { has, t } from '../../lib/i18n.js';

const AGAIN = 5000;

// The server's sentence.  Those that name members of the reply, which only a program
// sees, have one here: said.*  wholeText: it has words of its own.

export function sentence(error) {
    if (error.text === undefined) {
        console.error(error);           // a fault of the page itself
        return t('error.page');
    }

    const { remaining, until, row } = error.reply;
    const own = `said.${error.code}`;

    return has(own) && !error.wholeText ? t(own, { n: remaining, row, time: until ? fullTime(until) : '' })
                                        : error.text;
}

export function problem(error, again) {
    const id = error.requestId;

    return h('div', { class: 'problem' },
        h('p', {}, sentence(error)),
        h('div', { class: 'problem-acts' },
            again && h('button', { type: 'button', onclick: again }, t('act.again')),
            id && h('button', { type: 'button', class: 'link', onclick: (event) => copy(event.target, id) },
                    t('error.copy'))));
}

export async function copy(button, text) {
    await navigator.clipboard?.writeText(text).catch(() => {});
    button.textContent = t('act.copied');
}

// A place that is filled by a call: nothing for 300 ms, then a skeleton, then what
// came, or the error and a button.  While the server is away it is asked again.

export function loading(place, call, render, rows = 3) {
    const timer = setTimeout(() => place.replaceChildren(skeleton(rows)), 300);

    return call().then(render).catch((error) => {
        if (error.name === 'AbortError') {
            return;
        }

        const again = () => place.isConnected && loading(place, call, render, rows);

        place.replaceChildren(problem(error, again));

        if (error.isAway) {
            setTimeout(again, AGAIN);
        }
    }).finally(() => clearTimeout(timer));
}

function skeleton(rows) {
    return h('div', { class: 'skeleton', 'aria-hidden': 'true' },
             Array.from({ length: rows }, () => h('div')));
}
