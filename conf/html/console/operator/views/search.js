// Anything that an operator may have in hand: a number, a merchant, the id of a bill, of a
// payment, of a notice, of a call.  It looks where the API lets an operator look.

import * as api from '../../../lib/api.js';
import { bdi, h } from '../../../lib/dom.js';
import { phone as shown } from '../../../lib/format.js';
import { parts, t } from '../../../lib/i18n.js';
import * as router from '../../../lib/router.js';
import { form } from '../../../app/elements/form.js';
import { loading } from '../../../app/elements/problem.js';
import { head, part } from '../../shared/head.js';
import { merchantLink, noticeTable, pages, paymentTable } from './stuck.js';

const MOST = 20;                        // pages of a list that are read

export function search({ query, signal }) {
    const wanted = (query.get('q') || '').trim();
    const body = h('div', { class: 'stack', 'aria-live': 'polite' });

    if (wanted) {
        loading(body, () => find(wanted, signal), (found) => body.replaceChildren(...results(wanted, found)), 3);
    }

    return [
        head(t('console.search')),
        form({
            fields: [{ name: 'q', label: t('search.label'), hint: t('search.hint'), type: 'search', required: true,
                       autofocus: !wanted, defaultValue: wanted }],
            submit: t('search.do'),
            act: async ({ q }) => router.go(`/search?q=${encodeURIComponent(q.trim())}`),
        }),
        body,
    ];
}

async function find(wanted, signal) {
    const [merchant, notices, payments] = await Promise.all([
        one(wanted, signal),
        all(pages('/operator/notices', 'notices', signal), (row) =>
            [row.notify_id, row.subject_id, row.merchant_id].includes(wanted) || hasField(row, wanted)),
        all(pages('/operator/payments', 'payments', signal), (row) =>
            [row.payment_id, row.bill_id, row.refund_id, row.card_id].includes(wanted)),
    ]);

    return { merchant, notices, payments };
}

async function one(id, signal) {
    if (!/^[\w.-]{1,32}$/.test(id)) {
        return null;
    }

    try {
        return await api.get(`/operator/merchants/${encodeURIComponent(id)}`, { signal });
    } catch (error) {
        if (error.status === 404 || error.status === 400) {
            return null;
        }
        throw error;
    }
}

async function all(page, matches) {
    const rows = [];
    let before;

    for (let n = 0; n < MOST; n++) {
        const reply = await page(before);

        rows.push(...reply.rows.filter(matches));
        before = reply.next;

        if (!before) {
            break;
        }
    }

    return { rows, whole: !before };
}

// The fields of a notice are a form.

function hasField(row, wanted) {
    return [...new URLSearchParams(row.fields).values()].includes(wanted);
}

function results(wanted, { merchant, notices, payments }) {
    const digits = wanted.replace(/[\s-]/g, '');

    return [
        /^\+?\d{7,15}$/.test(digits) && part(t('search.number'), h('p', {}, parts('search.account', {
            phone: h('a', { href: router.href(`/accounts?phone=${encodeURIComponent(digits)}`) },
                     bdi(shown(digits))),
        }))),
        merchant && part(t('search.merchant'),
            h('p', {}, merchantLink(merchant.merchant_id), ' ', bdi(merchant.name))),
        section(t('stuck.notices'), noticeTable(undefined), notices),
        section(t('stuck.payments'), paymentTable(undefined), payments),
        h('p', { class: 'muted' }, t('search.gap')),
    ].filter(Boolean);
}

function section(title, list, { rows, whole }) {
    list.show(rows);

    return part(title, list, !whole && h('p', { class: 'muted' }, t('search.cut')));
}
