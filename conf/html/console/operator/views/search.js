// Anything that an operator may have in hand: a number, a merchant, the id of a bill, of a
// payment, of a notice, of a call.  It looks where the API lets an operator look.

import * as api from '../../../lib/api.js';
import { bdi, h } from '../../../lib/dom.js';
import { fullTime, money, phone as shown } from '../../../lib/format.js';
import { t } from '../../../lib/i18n.js';
import * as router from '../../../lib/router.js';
import { loading } from '../../../app/elements/problem.js';
import { billMark, code, named } from '../../shared/act.js';
import { form } from '../../../app/elements/form.js';
import { facts, head, part } from '../../shared/head.js';
import { merchantLink, noticeTable, pages, paymentTable } from './stuck.js';

const MOST = 20;                        // pages of a list that are read

export function search({ query, signal }) {
    const wanted = (query.get('q') || '').trim();
    const body = h('div', { class: 'stack', 'aria-live': 'polite' });

    if (wanted) {
        loading(body, () => find(wanted, signal), (found) => body.replaceChildren(...results(found)), 3);
    }

    return [
        head(t('console.search')),
        h('div', { class: 'finder' }, form({
            fields: [{ name: 'q', label: t('search.label'), placeholder: t('search.hint'), type: 'search',
                       required: true, autofocus: !wanted, defaultValue: wanted }],
            submit: t('search.do'),
            act: async ({ q }) => router.go(`/search?q=${encodeURIComponent(q.trim())}`),
        })),
        body,
    ];
}

async function find(wanted, signal) {
    const number = wanted.replace(/[\s-]/g, '');
    const [merchant, account, bill, notices, payments] = await Promise.all([
        /^[\w.-]{1,32}$/.test(wanted) ? one(`/operator/merchants/${wanted}`, signal) : null,
        /^\+?\d{7,15}$/.test(number) ? one(`/operator/accounts/${encodeURIComponent(number)}`, signal) : null,
        /^\d{3}-\w{26}$/.test(wanted) ? one(`/operator/bills/${wanted}`, signal) : null,
        all(pages('/operator/notices', 'notices', signal), (row) =>
            [row.notify_id, row.subject_id, row.merchant_id].includes(wanted) || hasField(row, wanted)),
        all(pages('/operator/payments', 'payments', signal), (row) =>
            [row.payment_id, row.bill_id, row.refund_id, row.card_id].includes(wanted)),
    ]);

    return { merchant, account, bill, notices, payments };
}

// null: there is none.

async function one(path, signal) {
    try {
        return await api.get(path, { signal });
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

function results({ merchant, account, bill, notices, payments }) {
    const isNothing = !account && !bill && !merchant && !notices.rows.length && !payments.rows.length;

    return [
        isNothing && h('p', { class: 'empty muted' }, t('search.none')),
        account && part(t('search.number'), accountFacts(account)),
        bill && part(t('stuck.bill'), h('div', { class: 'bill-top' },
            h('p', { class: 'amount huge' }, money(bill.amount, bill.currency)), billMark(bill)), billFacts(bill)),
        merchant && part(t('search.merchant'),
            h('p', {}, merchantLink(merchant.merchant_id), ' ', bdi(merchant.name))),
        section(t('stuck.notices'), noticeTable(undefined), notices),
        section(t('stuck.payments'), paymentTable(undefined), payments),
        h('p', { class: 'muted' }, t('search.gap')),
    ].filter(Boolean);
}

function accountFacts(one) {
    const path = `?phone=${encodeURIComponent(one.phone)}`;

    return [
        facts([
            [t('accounts.phone'), bdi(shown(one.phone))],
            [t('merchants.name'), one.name && bdi(one.name)],
            [t('search.plan'), named(`plan.${one.plan.toLowerCase()}`, one.plan)],
            [t('bankCards.balance'), money(one.balance, one.currency)],
            [t('merchants.made'), fullTime(one.created_at)],
            [t('search.password'), t(one.password_set ? 'search.set' : 'search.unset')],
            [t('search.pin'), t(one.pin_set ? 'search.set' : 'search.unset')],
            [t('search.locked'), one.pin_locked_until && fullTime(one.pin_locked_until)],
            [t('search.sessions'), String(one.sessions)],
        ]),
        h('div', { class: 'row-acts' },
            h('a', { class: 'button', href: router.href(`/accounts${path}`) }, t('search.account')),
            h('a', { class: 'button', href: router.href(`/bank-cards${path}`) }, t('bankCards.title'))),
    ];
}

function billFacts(one) {
    return facts([
        [t('stuck.bill'), code(one.bill_id)],
        [t('search.subject'), bdi(one.subject)],
        [t('search.order'), code(one.out_trade_no)],
        [t('search.merchant'), merchantLink(one.merchant_id)],
        [t('search.payer'), h('a', { href: router.href(`/search?q=${encodeURIComponent(one.payer_phone)}`) },
                              bdi(shown(one.payer_phone)))],
        [t('merchants.made'), fullTime(one.created_at)],
        [t('search.expires'), fullTime(one.expires_at)],
        [t('search.paid'), one.paid_at && fullTime(one.paid_at)],
    ]);
}

function section(title, list, { rows, whole }) {
    list.show(rows);

    return (rows.length > 0 || !whole) && part(title, list, !whole && h('p', { class: 'muted' }, t('search.cut')));
}
