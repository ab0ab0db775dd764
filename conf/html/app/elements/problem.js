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

// Without TLS a page has no clipboard: then the text is there, marked, to be copied by hand.

export async function copy(button, text) {
    const copied = await navigator.clipboard?.writeText(text).then(() => true, () => false);

    if (copied) {
        button.textContent = t('act.copied');
        return;
    }

    const field = h('textarea', { class: 'by-hand', readonly: true, rows: text.trim().split('\n').length,
                                  'aria-label': t('act.copyByHand'), value: text });

    button.replaceWith(h('span', { class: 'by-hand-text', role: 'status' }, t('act.copyByHand')), field);
    field.focus();
    field.select();
}

const ends = new WeakMap();             // of each place: the end of the call before

// A place that is filled by a call: nothing for 300 ms, then a skeleton, then what
// came, or the error and a button.  What is there already stays: the error is above it.
// While the server is away it is asked again.  The last call of a place is the one that
// counts.  A focus in it stays at its place in the order: after "Show more" that is the
// first of what has come, and an error is below that button.

export function loading(place, call, render, rows = 3) {
    let note = null;
    let timer = 0;
    let runs = false;
    let at = -1;
    let pressed = null;

    const end = () => {
        clearTimeout(timer);
        note?.remove();
        note = null;
    };

    function say(element) {
        const focused = at >= 0 && isFree() || note?.contains(document.activeElement);

        end();
        note = element;

        if (pressed?.parentNode === place) {
            pressed.after(note);
        } else {
            place.prepend(note);
        }

        if (focused) {
            note.querySelector('button')?.focus({ preventScroll: true });
        }
    }

    async function attempt() {
        clearTimeout(timer);

        if (runs || ends.get(place) !== end) {
            return;
        }

        if (!note) {
            pressed = document.activeElement;
            at = controls(place).findIndex((one) => one === pressed);
        }

        runs = true;
        note?.setAttribute('aria-busy', 'true');
        timer = setTimeout(() => place.hasChildNodes() || say(skeleton(rows)), 300);

        try {
            const reply = await call();

            if (ends.get(place) === end) {
                end();
                await render(reply);
                refocus(place, at);
            }
        } catch (error) {
            fail(error);
        }

        runs = false;
    }

    function fail(error) {
        if (error.name === 'AbortError' || ends.get(place) !== end) {
            return;
        }

        say(problem(error, attempt));

        if (error.isAway) {
            timer = setTimeout(() => place.isConnected && attempt(), AGAIN);
        }
    }

    ends.get(place)?.();
    ends.set(place, end);

    return attempt();
}

/** @type {(place: any) => HTMLElement[]} */
const controls = (place) => [...place.querySelectorAll('a[href], button, input, select, textarea, summary')];

const isFree = () => (document.activeElement || document.body).matches('body, :disabled');

function refocus(place, at) {
    if (at >= 0 && isFree()) {
        const now = controls(place);

        now[Math.min(at, now.length - 1)]?.focus({ preventScroll: true });
    }
}

function skeleton(rows) {
    return h('div', { class: 'skeleton', 'aria-hidden': 'true' },
             Array.from({ length: rows }, () => h('div')));
}
