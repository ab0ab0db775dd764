// The phonebook: its list, and one contact, which can be changed.

import * as api from '../../lib/api.js';
import { bdi, h, put } from '../../lib/dom.js';
import { phone } from '../../lib/format.js';
import { parts, t } from '../../lib/i18n.js';
import * as router from '../../lib/router.js';
import { draft } from '../../lib/store.js';
import { form, resume, unsaved } from '../elements/form.js';
import { icon } from '../elements/icons.js';
import { loading, problem } from '../elements/problem.js';
import { ask } from '../elements/sheet.js';
import { toast } from '../elements/toast.js';
import { head } from '../views/bills.js';
import { searchable } from './book.js';
import { bookChanged } from './names.js';

const MOST = 8;                         // numbers of a contact
const LABELS = ['mobile', 'home', 'work', 'other'];

const pathOf = (id) => `/contacts/${encodeURIComponent(id)}`;

export function contactList({ signal }) {
    const said = h('div', { role: 'alert' });

    const book = searchable({
        signal,
        row: (contact) => h('li', {}, h('a', { class: 'line', href: router.href(pathOf(contact.contact_id)) },
            h('span', { class: 'line-text' }, bdi(contact.name, { class: 'line-title' }),
              h('span', { class: 'muted' }, bdi(phone(contact.numbers[0].number)),
                contact.numbers.length > 1 && ` +${contact.numbers.length - 1}`)),
            icon('next'))),
        none: () => h('div', { class: 'empty' }, icon('book'),
            h('p', { class: 'strong' }, t('contacts.none')), h('p', { class: 'muted' }, t('contacts.noneText'))),
    });

    const file = (format, name) => h('button', { type: 'button', onclick: async ({ target }) => {
        target.disabled = true;
        put(said);
        try {
            const blob = await api.get(`/mail/contacts/export?format=${format}`, { signal, asBlob: true });
            save(format === 'csv' ? 'contacts.csv' : 'contacts.vcf', blob);
        } catch (error) {
            put(said, problem(error));
        }
        target.disabled = false;
    } }, parts('contacts.export', { format: h('span', { lang: 'en' }, name) }));

    document.addEventListener('phone:contacts', book.load, { signal });
    book.load();

    return [
        head(t('me.contacts'), '/me',
             h('a', { class: 'plain', href: router.href('/contacts/new'), 'aria-label': t('contacts.add') },
               icon('plus'))),
        book.input,
        book.list,
        h('section', { class: 'stack' },
            h('h2', { class: 'part' }, t('contacts.files')),
            h('a', { class: 'button wide', href: router.href('/contacts/import') }, t('import.title')),
            h('div', { class: 'row' }, file('vcard', 'vCard'), file('csv', 'CSV')),
            said),
    ];
}

function save(name, blob) {
    const link = h('a', { href: URL.createObjectURL(blob), download: name });

    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10000);
}

export function newContact({ query }) {
    return [head(t('contacts.add'), '/contacts'),
            editor('contact.new', { number0: query.get('number') || '' }, async (fields, once) => {
                const { contact_id: id } = await api.post('/mail/contacts', fields, { once });
                finish(t('contacts.added'), pathOf(id));
            })];
}

export function contact({ params, signal }) {
    const body = h('div', { class: 'stack' });
    const path = `/mail/contacts/${encodeURIComponent(params.id)}`;

    function draw(found) {
        const said = h('div', { role: 'alert' });
        const values = { name: found.name, note: found.note || '' };

        found.numbers.forEach(({ number, label }, i) => {
            values[`number${i}`] = number;
            values[`label${i}`] = label;
        });

        put(body,
            h('ul', { class: 'lines' }, found.numbers.map(({ number }) => h('li', {},
                h('a', { class: 'line', href: router.href(`/mail/with/${encodeURIComponent(number)}`) },
                  icon('mail'), h('span', { class: 'line-text' }, t('contacts.write'),
                      bdi(phone(number), { class: 'muted small tabular' })), icon('next'))))),
            editor(`contact.${params.id}`, values, async (fields) => {
                await api.put(path, fields);
                finish(t('contacts.saved'), '/contacts');
            }),
            h('button', { type: 'button', class: 'link danger-text wide', onclick: () => remove(found, said) },
              t('contacts.remove')),
            said);
    }

    async function remove(found, said) {
        if (!await ask({ title: t('contacts.removeTitle'), text: t('contacts.removeText'),
                         yes: t('contacts.remove') })) {
            return;
        }

        try {
            await api.del(path);
        } catch (error) {
            if (error.code !== 'NOT_FOUND') {
                put(said, problem(error));
                return;
            }
        }

        draft.clear(`contact.${params.id}`);
        bookChanged();
        router.go('/contacts', { replace: true });
        toast(t('contacts.removed'), { label: t('act.undo'), act: () => again(found) });
    }

    loading(body, () => api.get(path, { signal }), draw);

    return [head(t('contacts.contact'), '/contacts'), body];
}

async function again({ name, numbers, note }) {
    try {
        await api.post('/mail/contacts', { name, numbers, ...note && { note } });
        bookChanged();
    } catch (error) {
        toast(error.text);
    }
}

function finish(text, path) {
    bookChanged();
    toast(text);
    router.go(path, { replace: true });
}

// A form with as many numbers as there are, and a button for one more.

function editor(name, values, send) {
    const place = h('div', { class: 'stack' });
    const labels = Object.fromEntries(Array.from({ length: MOST }, (_, i) => [`label${i}`, 'mobile']));
    const stored = { ...labels, ...values };
    const found = resume(name, stored);
    const known = { ...values, ...draft.get(name) };

    function show(n, given, focus) {
        const more = h('button', { type: 'button', class: 'link', hidden: n >= MOST, onclick: () => {
            show(n + 1, Object.fromEntries(Object.values(element.inputs).map((input) => [input.name, input.value])),
                 `number${n}`);
        } }, t('contacts.more'));

        const held = h('div');          // a link to who has the number
        const numbers = Array.from({ length: n }, (_, i) => [
            { name: `number${i}`, label: t('contacts.number', { n: String(i + 1) }), type: 'tel', maxlength: 32,
              value: given[`number${i}`] || '', autocomplete: 'off', required: i === 0 && n === 1,
              hint: i === 0 ? t('contacts.numberHint') : undefined },
            { name: `label${i}`, label: t('contacts.label', { n: String(i + 1) }),
              options: LABELS.map((label) => [label, t(`label.${label}`)]), value: given[`label${i}`] || 'mobile',
              after: i === n - 1 && more },
        ]).flat();

        const element = form({
            name,
            fields: [
                { name: 'name', label: t('contacts.name'), required: true, maxlength: 100, autocomplete: 'off',
                  value: given.name || '', autofocus: !given.name },
                ...numbers,
                { name: 'note', label: t('contacts.note'), rows: 2, maxlength: 200, value: given.note || '' },
            ],
            more: held, submit: t('contacts.save'),
            act: (fields, once) => act(fields, n, (sent) => send(sent, once), held),
        });

        put(place, values.name && unsaved(found, name, () => put(place, editor(name, values, send))), element);
        if (focus) {
            element.inputs[focus].focus();
        }
    }

    const last = Math.max(0, ...Object.keys(known).map((key) => (/^number\d$/.test(key) && known[key]
        ? Number(key.slice(6)) : 0)));
    show(last + 1, known);

    return place;
}

async function act(fields, n, send, held) {
    const used = Array.from({ length: n }, (_, i) => i).filter((i) => fields[`number${i}`].trim());
    const note = fields.note.trim();

    put(held);

    try {
        await send({
            name: fields.name.trim(),
            numbers: used.map((i) => ({ number: fields[`number${i}`].trim(), label: fields[`label${i}`] })),
            ...note && { note },
        });
    } catch (error) {
        const item = /^numbers\[(\d+)\]/.exec(error.field || '');
        const other = error.reply?.contact_id;

        if (other && error.code === 'NUMBER_HELD') {
            put(held, h('a', { class: 'button wide', href: router.href(pathOf(other)) }, t('contacts.held')));
        }

        throw Object.assign(error, { at: item ? `number${used[Number(item[1])]}`
                                              : error.field === 'numbers' ? 'number0' : undefined });
    }
}
