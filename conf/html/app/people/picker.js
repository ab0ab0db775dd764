// Numbers out of the phonebook, for a message: one, or many.

import { bdi, h, put } from '../../lib/dom.js';
import { phone } from '../../lib/format.js';
import { t } from '../../lib/i18n.js';
import * as router from '../../lib/router.js';
import { icon } from '../elements/icons.js';
import { openSheet } from '../elements/sheet.js';
import { searchable } from './book.js';
import { setName } from './names.js';

// A button beside the field of numbers of a form.

export function picker(fieldOf) {
    return h('button', { type: 'button', class: 'link', onclick: async () => {
        const field = fieldOf();
        const typed = field.value.trim().replace(/[,;，；、\s]+$/, '');
        const chosen = await pick();

        if (chosen.length) {
            const there = typed.split(/[,;，；、\n]/).map((number) => number.replace(/[\s-]/g, ''));
            field.value = [typed, ...chosen.filter((number) => !there.includes(number))].filter(Boolean).join(', ');
            field.dispatchEvent(new Event('input', { bubbles: true }));
        }
        field.focus();
    } }, icon('book'), t('pick.open'));
}

function pick() {
    return new Promise((resolve) => {
        const chosen = new Set();
        let answer = [];
        const sheet = openSheet({ onclose: () => resolve(answer) });

        const done = h('button', { type: 'button', class: 'primary wide', disabled: true, onclick: () => {
            answer = [...chosen];
            sheet.close();
        } });

        const count = () => {
            done.disabled = !chosen.size;
            put(done, chosen.size ? t('pick.do', { n: String(chosen.size) }) : t('pick.title'));
        };

        const book = searchable({
            signal: sheet.signal,
            row: (contact) => contact.numbers.map(({ number, label }) => h('li', {},
                h('label', { class: 'line' },
                    h('input', { type: 'checkbox', checked: chosen.has(number), onchange: ({ target }) => {
                        if (target.checked) {
                            chosen.add(number);
                            setName(number, contact.name);
                        } else {
                            chosen.delete(number);
                        }
                        count();
                    } }),
                    h('span', { class: 'line-text' }, bdi(contact.name, { class: 'line-title' }),
                      h('span', { class: 'muted small' }, bdi(phone(number)), ' ', t(`label.${label}`)))))),
            none: () => h('div', { class: 'empty' }, h('p', {}, t('contacts.none')),
                h('a', { href: router.href('/contacts/new') }, t('contacts.add'))),
        });

        count();
        sheet.show(h('div', { class: 'step picker' }, h('h2', {}, t('pick.title')), book.input,
                     h('div', { class: 'picker-list' }, book.list), done));
        book.load();
    });
}
