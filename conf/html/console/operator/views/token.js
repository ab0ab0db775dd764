// The operator's token: it is tried with a call that reads, and kept in memory.

import * as api from '../../../lib/api.js';
import { h } from '../../../lib/dom.js';
import { t } from '../../../lib/i18n.js';
import * as router from '../../../lib/router.js';
import { icon } from '../../../app/elements/icons.js';
import { form } from '../../../app/elements/form.js';
import { wrong } from '../../../lib/wrong.js';
import { languageButton } from '../../shared/head.js';

const TOKEN = /^[\x21-\x7e]+$/;         // what a header can carry

export function tokenPage() {
    return h('div', { class: 'login' },
        h('div', { class: 'login-top' }, h('span', { class: 'emblem' }, icon('shop')), languageButton()),
        h('h1', {}, t('console.name')),
        form({
            fields: [{ name: 'token', label: t('token.label'), hint: t('token.hint'), type: 'password', secret: true,
                       required: true, autocomplete: 'off', autofocus: true, spellcheck: 'false' }],
            submit: t('token.do'),
            act: enter,
        }));
}

async function enter({ token }) {
    const text = token.trim();

    if (!TOKEN.test(text)) {
        throw wrong('token.wrong', 'token');
    }

    try {
        await api.get('/operator/merchants?limit=1', { token: text });
    } catch (error) {
        throw error.code === 'LOGIN_REQUIRED' ? wrong('token.wrong', 'token') : error;
    }

    api.useToken(text);
    router.again({ keeps: false });
}
