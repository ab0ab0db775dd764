// Whose messages do not come.

import * as api from '../../lib/api.js';
import { h, put } from '../../lib/dom.js';
import { phone, time } from '../../lib/format.js';
import { t } from '../../lib/i18n.js';
import { outcome } from '../../lib/outcome.js';
import { form } from '../elements/form.js';
import { loading, problem } from '../elements/problem.js';
import { toast } from '../elements/toast.js';
import { head } from '../views/bills.js';
import { called, setName } from './names.js';
import './texts.js';

export function blocked({ signal }) {
    const said = outcome('blocked', h('div', { role: 'alert' }));
    const body = h('div', { class: 'stack' });
    let shown = [];

    const page = (before) => api.get(`/mail/blocked?limit=50${before ? `&before=${encodeURIComponent(before)}` : ''}`,
                                     { signal });

    const load = () => loading(body, () => page(), (reply) => {
        shown = reply.blocked;
        draw(reply.next_before);
    }, 2);

    function draw(next) {
        shown.forEach((one) => setName(one.phone, one.name));
        put(body,
            !shown.length && h('p', { class: 'muted center' }, t('blocked.none')),
            shown.length > 0 && h('ul', { class: 'lines' }, shown.map((one) => h('li', { class: 'line' },
                h('span', { class: 'line-text' }, h('span', { class: 'line-title' }, called(one.phone)),
                  h('span', { class: 'muted small' }, t('blocked.since', { time: time(one.since) }))),
                h('button', { type: 'button', class: 'link', 'aria-label': t('blocked.endOf',
                    { phone: phone(one.phone) }), onclick: ({ target }) => end(one.phone, target) },
                  t('blocked.end'))))),
            next && shown.length % 50 === 0 && h('button', { type: 'button', class: 'wide', onclick: async (event) => {
                event.target.disabled = true;
                await loading(body, () => page(next), (reply) => {
                    shown = shown.concat(reply.blocked);
                    draw(reply.next_before);
                });
            } }, t('act.more')));
    }

    async function end(number, button) {
        button.disabled = true;
        said.show(null);

        try {
            await api.del(`/mail/blocked/${encodeURIComponent(number)}`);
            toast(t('blocked.ended', { phone: phone(number) }), { label: t('act.undo'), act: () =>
                api.post('/mail/blocked', { phone: number }).then(load, (error) => said.show(() => problem(error))) });
            await load();
        } catch (error) {
            button.disabled = false;
            said.show(() => problem(error));
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

    return [head(t('me.blocked'), '/me'), h('p', { class: 'muted' }, t('blocked.text')), element, said, body];
}
