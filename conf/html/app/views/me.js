// The account: its number, secrets, devices, language and looks.

import * as api from '../../lib/api.js';
import { bdi, h, put } from '../../lib/dom.js';
import { money, phone, time } from '../../lib/format.js';
import { lang, t, useLanguage } from '../../lib/i18n.js';
import { outcome } from '../../lib/outcome.js';
import * as router from '../../lib/router.js';
import { choice } from '../../lib/store.js';
import { icon } from '../elements/icons.js';
import { loading, problem } from '../elements/problem.js';
import { segments } from '../elements/segments.js';
import { ask } from '../elements/sheet.js';
import { loadMe } from '../state.js';
import { head } from './bills.js';

export function me({ signal }) {
    const card = h('div', { class: 'profile' });
    const pin = h('span', { class: 'muted' });

    loading(card, () => loadMe(signal), (account) => {
        put(card,
            account.name && bdi(account.name, { class: 'strong' }),
            h('span', { class: 'tabular' }, bdi(phone(account.phone))),
            h('span', { class: 'muted' }, t('me.balance', { amount: money(account.balance, account.currency) })));
        pin.textContent = t(account.pin_set ? 'me.pinSet' : 'me.pinNone');
    }, 1);

    return [
        h('header', { class: 'head' }, h('h1', {}, t('me.title'))),
        card,
        h('ul', { class: 'lines' },
            line('/contacts', 'me.contacts'),
            line('/me/triggers', 'me.triggers'),
            line('/me/blocked', 'me.blocked')),
        h('ul', { class: 'lines' },
            line('/me/pin', 'pin.title', pin),
            line('/me/password', 'password.title'),
            line('/me/sessions', 'sessions.title')),
        h('h2', { class: 'part' }, t('me.looks')),
        setting(t('me.language'), [['zh', '中文', 'zh-CN'], ['en', 'English', 'en']], lang(), (name) => {
            useLanguage(name);
            router.again();
        }),
        setting(t('me.theme'), [['auto', t('theme.auto')], ['light', t('theme.light')],
                                ['dark', t('theme.dark')]], choice.get('theme') || 'auto', useTheme),
        h('button', { type: 'button', class: 'wide', onclick: leave }, t('me.leave')),
    ];
}

function line(to, key, more) {
    return h('li', {}, h('a', { class: 'line', href: router.href(to) },
        h('span', { class: 'line-text' }, t(key)), more, icon('next')));
}

function setting(label, options, current, choose) {
    return h('div', { class: 'setting' }, h('span', {}, label), segments(label, options, current, choose));
}

function useTheme(name) {
    choice.set('theme', name === 'auto' ? null : name);

    if (name === 'auto') {
        delete document.documentElement.dataset.theme;
    } else {
        document.documentElement.dataset.theme = name;
    }
}

// What was typed is forgotten, also if the session has ended before.

export async function leave(event) {
    const button = event.target;
    const leaving = (yes) => document.dispatchEvent(new CustomEvent('phone:leaving', { detail: yes }));

    button.disabled = true;
    leaving(true);

    try {
        await api.post('/logout');
        document.dispatchEvent(new CustomEvent('phone:logout'));
    } catch (error) {
        if (error.code !== 'LOGIN_REQUIRED') {
            leaving(false);
            button.disabled = false;
            button.after(problem(error));
        }
    }
}

export function sessions({ signal }) {
    const said = outcome('sessions', h('div', { role: 'alert' }));
    const body = h('div', { class: 'stack' });
    const load = () => loading(body, () => api.get('/sessions', { signal }), draw, 2);

    function draw({ sessions }) {
        const list = [...sessions].sort((a, b) => Number(b.current) - Number(a.current));

        put(body,
            h('ul', { class: 'lines' }, list.map((session) => h('li', { class: 'line' },
                icon('device'),
                h('span', { class: 'line-text' },
                  h('span', {}, session.current ? t('sessions.this') : t(`sessions.${session.how}`)),
                  h('span', { class: 'muted small' },
                    t('sessions.seen', { address: session.address || '', time: time(session.seen_at) }))),
                !session.current && h('button', { type: 'button', class: 'link danger-text',
                    onclick: (event) => end(String(session.slot), event.target) }, t('sessions.end'))))),
            list.length > 1 && h('button', { type: 'button', class: 'wide',
                onclick: (event) => end('others', event.target) }, t('sessions.endOthers')));
    }

    async function end(slot, button) {
        if (slot === 'others' && !await ask({ title: t('sessions.endOthers'), text: t('sessions.endText'),
                                              yes: t('sessions.endOthers') })) {
            return;
        }

        button.disabled = true;
        said.show(null);

        try {
            await api.del(`/sessions/${slot}`);
            await load();
        } catch (error) {
            button.disabled = false;
            said.show(() => problem(error));
        }
    }

    load();

    return [head(t('sessions.title'), '/me'), said, body];
}
