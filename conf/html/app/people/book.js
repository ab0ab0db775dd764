// The phonebook as a list that can be searched.

import * as api from '../../lib/api.js';
import { h, put } from '../../lib/dom.js';
import { t } from '../../lib/i18n.js';
import { loading } from '../elements/problem.js';
import './texts.js';

const PAUSE = 250;                      // of typing, milliseconds
const ENOUGH = 20;
const CALLS = 12;                       // 500 contacts each

// A call with q looks at some contacts only, and may find none of them.

async function page(q, after, signal) {
    const query = new URLSearchParams({ limit: '50', ...q && { q }, ...after && { after } });
    let contacts = [];
    let next;

    for (let n = 0; n < CALLS; n++) {
        const reply = await api.get(`/mail/contacts?${query}`, { signal });

        contacts = contacts.concat(reply.contacts);
        next = reply.next_after;

        if (!next || contacts.length >= ENOUGH) {
            break;
        }
        query.set('after', next);
    }

    return { contacts, next };
}

// What a number is called.

export async function whose(number, signal) {
    const { contacts } = await page(number, undefined, signal);

    return contacts.find((contact) => contact.numbers.some((one) => one.number === number))?.name;
}

// row(contact) makes the items of the list; none() what is there without a contact.

export function searchable({ signal, row, none }) {
    const list = h('div', { class: 'stack' });
    const input = h('input', { type: 'search', 'aria-label': t('contacts.search'),
                               placeholder: t('contacts.search'), maxlength: 100, autocomplete: 'off' });
    let timer = 0;
    let asked = new AbortController();
    let shown = [];

    function load() {
        clearTimeout(timer);
        asked.abort();
        asked = new AbortController();

        const q = input.value.trim();
        const { signal: own } = asked;

        return loading(list, () => page(q, undefined, own), (found) => {
            shown = [];
            draw(q, found, own);
        });
    }

    function draw(q, { contacts, next }, own) {
        shown = shown.concat(contacts);

        put(list,
            !shown.length && !next && (q ? h('p', { class: 'muted center' }, t('contacts.noMatch')) : none()),
            shown.length > 0 && h('ul', { class: 'lines' }, shown.map((contact) => row(contact))),
            next && h('button', { type: 'button', class: 'wide', onclick: async (event) => {
                event.target.disabled = true;
                await loading(list, () => page(q, next, own), (found) => draw(q, found, own));
            } }, t('act.more')));
    }

    input.addEventListener('input', () => {
        clearTimeout(timer);
        timer = setTimeout(load, PAUSE);
    });
    signal.addEventListener('abort', () => {
        clearTimeout(timer);
        asked.abort();
    });

    return { input, list, load };
}
