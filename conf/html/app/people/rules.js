// When an SMS tells of new messages, and whose messages do not come.

import * as api from '../../lib/api.js';
import { h, put } from '../../lib/dom.js';
import { fullTime, phone, time } from '../../lib/format.js';
import { t } from '../../lib/i18n.js';
import { form, resume, unsaved } from '../elements/form.js';
import { loading, problem } from '../elements/problem.js';
import { ask } from '../elements/sheet.js';
import { toast } from '../elements/toast.js';
import { head } from '../views/bills.js';
import { called, setName } from './names.js';
import { picker } from './picker.js';

const numbers = (text) => text.split(/[,;，；、\n]/).map((part) => part.trim()).filter(Boolean);

const zone = () => Intl.DateTimeFormat().resolvedOptions().timeZone || 'Asia/Shanghai';

export function triggers({ signal }) {
    const body = h('div', { class: 'stack' });
    const load = () => loading(body, () => api.get('/mail/triggers', { signal }), draw);

    function draw(set) {
        const said = h('div', { role: 'alert' });
        const isOn = Boolean(set.senders?.length || set.from || set.count);
        const stored = {
            senders: (set.senders || []).join(', '), from: set.from || '', to: set.to || '',
            timezone: set.timezone || zone(), count: set.count ?? '', match: set.match || 'any', gap: set.gap ?? 10,
        };
        const found = resume('triggers', stored);

        const element = form({
            name: 'triggers',
            fields: [
                { name: 'senders', label: t('triggers.senders'), hint: t('triggers.sendersHint'), autocomplete: 'off',
                  value: stored.senders, maxlength: 800, items: numbers,
                  after: picker(() => element.inputs.senders) },
                { name: 'from', label: t('triggers.from'), type: 'time', value: stored.from },
                { name: 'to', label: t('triggers.to'), type: 'time', value: stored.to },
                { name: 'timezone', label: t('triggers.timezone'), value: stored.timezone, maxlength: 64,
                  autocomplete: 'off' },
                { name: 'count', label: t('triggers.count'), type: 'number', min: 1, max: 1000, inputmode: 'numeric',
                  value: stored.count },
                { name: 'match', label: t('triggers.match'), value: stored.match,
                  options: ['any', 'all'].map((name) => [name, t(`match.${name}`)]) },
                { name: 'gap', label: t('triggers.gap'), type: 'number', min: 1, max: 1440, inputmode: 'numeric',
                  value: stored.gap },
            ],
            submit: t('triggers.save'),
            act: async (fields) => {
                await api.put('/mail/triggers', conditions(fields));
                toast(t('triggers.saved'));
                await load();
            },
        });

        put(body,
            h('p', { class: 'muted' }, t('triggers.text')),
            h('p', { class: 'strong', role: 'status' }, t(isOn ? 'triggers.on' : 'triggers.off')),
            set.told_at && h('p', { class: 'muted small' }, t('triggers.told', { time: fullTime(set.told_at) })),
            unsaved(found, 'triggers', () => draw(set)),
            element,
            isOn && h('button', { type: 'button', class: 'link danger-text wide', onclick: () => off(said) },
                      t('triggers.stop')),
            said);
    }

    async function off(said) {
        if (!await ask({ title: t('triggers.stopTitle'), text: t('triggers.stopText'), yes: t('triggers.stop') })) {
            return;
        }

        try {
            await api.put('/mail/triggers', {});
            toast(t('triggers.stopped'));
            await load();
        } catch (error) {
            put(said, problem(error));
        }
    }

    load();

    return [head(t('me.triggers'), '/me'), body];
}

// What is empty is no condition; without any the triggers are off.

/** @param {Record<string, any>} fields */

function conditions({ senders, from, to, timezone, count, match, gap }) {
    const given = {
        ...senders.trim() && { senders: numbers(senders) },
        ...(from || to) && { from, to, timezone: timezone.trim() },
        ...count && { count: Number(count) },
    };

    return Object.keys(given).length ? { ...given, match, ...gap && { gap: Number(gap) } } : {};
}

export function blocked({ signal }) {
    const body = h('div', { class: 'stack' });
    let shown = [];

    const page = (before) => api.get(`/mail/blocked?limit=50${before ? `&before=${encodeURIComponent(before)}` : ''}`,
                                     { signal });

    const load = () => loading(body, () => page(), (reply) => {
        shown = reply.blocked;
        draw(reply.next_before);
    }, 2);

    function draw(next) {
        const said = h('div', { role: 'alert' });

        shown.forEach((one) => setName(one.phone, one.name));
        put(body,
            !shown.length && h('p', { class: 'muted center' }, t('blocked.none')),
            shown.length > 0 && h('ul', { class: 'lines' }, shown.map((one) => h('li', { class: 'line' },
                h('span', { class: 'line-text' }, h('span', { class: 'line-title' }, called(one.phone)),
                  h('span', { class: 'muted small' }, t('blocked.since', { time: time(one.since) }))),
                h('button', { type: 'button', class: 'link', 'aria-label': t('blocked.endOf',
                    { phone: phone(one.phone) }), onclick: ({ target }) => end(one.phone, target, said) },
                  t('blocked.end'))))),
            said,
            next && shown.length % 50 === 0 && h('button', { type: 'button', class: 'wide', onclick: async (event) => {
                event.target.disabled = true;
                await loading(body, () => page(next), (reply) => {
                    shown = shown.concat(reply.blocked);
                    draw(reply.next_before);
                });
            } }, t('act.more')));
    }

    async function end(number, button, said) {
        button.disabled = true;

        try {
            await api.del(`/mail/blocked/${encodeURIComponent(number)}`);
            toast(t('blocked.ended', { phone: phone(number) }), { label: t('act.undo'), act: () =>
                api.post('/mail/blocked', { phone: number }).then(load, (error) => put(said, problem(error))) });
            await load();
        } catch (error) {
            button.disabled = false;
            put(said, problem(error));
        }
    }

    const element = form({
        name: 'blocked',
        fields: [{ name: 'phone', label: t('blocked.phone'), type: 'tel', required: true, autocomplete: 'off' }],
        submit: t('blocked.do'),
        act: async (fields) => {
            await api.post('/mail/blocked', { phone: fields.phone.trim() });
            await load();
        },
    });

    load();

    return [head(t('me.blocked'), '/me'), h('p', { class: 'muted' }, t('blocked.text')), element, body];
}
