// One number, and a password or a code by SMS.

import * as api from '../../lib/api.js';
import { bdi, h, put } from '../../lib/dom.js';
import { phone as shown } from '../../lib/format.js';
import { lang, parts, t, useLanguage } from '../../lib/i18n.js';
import * as router from '../../lib/router.js';
import { draft, tab } from '../../lib/store.js';
import { form } from '../elements/form.js';
import { icon } from '../elements/icons.js';

export function login({ query }) {
    const place = h('div');
    const ended = query.get('ended') && h('p', { class: 'note' }, t('login.ended'));

    const waiting = tab.get('codeFor');

    show(place, waiting ? 'sent' : tab.get('loginBy') || 'password', waiting || undefined);

    return h('div', { class: 'login' },
        h('div', { class: 'login-top' }, h('span', { class: 'emblem' }, icon('bill')), h('button', {
            type: 'button', class: 'link', lang: lang() === 'zh' ? 'en' : 'zh-CN', onclick: () => {
                useLanguage(lang() === 'zh' ? 'en' : 'zh');
                router.again();
            },
        }, lang() === 'zh' ? 'English' : '中文')),
        h('h1', {}, t('login.title')), ended, place);
}

const number = (phone) => ({ name: 'phone', label: t('login.phone'), type: 'tel', required: true,
                             autocomplete: 'username', hint: t('login.phoneHint'), value: phone || '',
                             autofocus: !phone });

// The number goes with the person from step to step, and outlives a reload.

function show(place, by, phone = draft.get('login').phone) {
    const steps = { password, code, sent };

    tab.set('loginBy', by === 'sent' ? 'code' : by);
    tab.set('codeFor', by === 'sent' ? phone : null);
    draft.set('login', { phone: by === 'sent' ? '' : phone });
    put(place, steps[by](place, phone));
    place.querySelector('[autofocus]')?.focus();
}

function password(place, phone) {
    return [
        form({
            name: 'login',
            fields: [number(phone), { name: 'password', label: t('login.password'), type: 'password',
                                      secret: true, required: true, autocomplete: 'current-password',
                                      autofocus: Boolean(phone) }],
            submit: t('login.do'),
            act: enter,
        }),
        other(place, 'code', 'login.byCode'),
    ];
}

function code(place, known) {
    return [
        form({
            name: 'login',
            fields: [number(known)],
            submit: t('login.send'),
            act: async ({ phone }) => {
                await api.post('/login/code', { phone });
                show(place, 'sent', phone);
            },
        }),
        other(place, 'password', 'login.byPassword'),
    ];
}

function sent(place, phone) {
    return [
        h('p', { class: 'muted' }, parts('login.sent', { phone: bdi(shown(phone)) })),
        form({
            fields: [{ name: 'password', label: t('login.code'), secret: true, required: true,
                       autocomplete: 'one-time-code', autocapitalize: 'none', spellcheck: 'false',
                       hint: t('login.codeHint'), autofocus: true }],
            submit: t('login.do'),
            act: ({ password: text }) => enter({ phone, password: text.trim() }),
        }),
        other(place, 'code', 'login.again', phone),
        other(place, 'password', 'login.byPassword', phone),
    ];
}

/** @param {string} [phone] */

function other(place, by, key, phone) {
    return h('button', { type: 'button', class: 'link wide', onclick: () => show(place, by, phone) }, t(key));
}

async function enter(fields) {
    const reply = await api.post('/login', fields);

    draft.clear('login');
    tab.set('codeFor', null);
    tab.set('mustChange', reply.must_change || null);
    document.dispatchEvent(new CustomEvent('phone:login', { detail: reply.phone }));
}
