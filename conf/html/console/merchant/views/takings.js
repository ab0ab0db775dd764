// What has come in: what is not paid out yet, the last two weeks by their statements, and
// what was paid out.

import { bdi, h, put, svg } from '../../../lib/dom.js';
import { money } from '../../../lib/format.js';
import { t } from '../../../lib/i18n.js';
import * as router from '../../../lib/router.js';
import { loading } from '../../../app/elements/problem.js';
import { head, part } from '../../shared/head.js';
import { amountColumn, currencyColumn, table, timeColumn } from '../../shared/table.js';
import { call, current } from '../calls.js';
import { dayBefore, payouts, statementOf } from '../days.js';

const DAYS = 14;
const WIDE = 44;                        // a bar and its gap
const TALL = 160;

export function takings({ query, signal }) {
    const currency = query.get('currency') || current().currency;
    const now = h('div');
    const days = h('div', { class: 'stack' });
    const paid = payoutTable(signal);

    loading(now, () => call('balance.query', { currency }, { signal }), (reply) => put(now,
        h('p', { class: 'muted' }, t('taken.now')),
        h('p', { class: 'amount huge' }, money(reply.takings, reply.currency))), 1);

    loading(days, () => lately(signal), (list) => put(days, daysPart(list, currency)), 5);
    paid.load();

    return [head(t('shop.takings')), now, days, part(t('taken.payouts'), paid)];
}

// The days of the platform may be ahead of those here: what is not over is left out.

async function lately(signal) {
    const list = await Promise.all(Array.from({ length: DAYS + 2 }, (_, i) =>
        statementOf(dayBefore(DAYS - i), { signal })));

    return list.filter(({ text }) => text !== undefined).slice(-DAYS);
}

function daysPart(list, currency) {
    if (list.length === 0) {
        return h('p', { class: 'empty muted' }, t('taken.noDays'));
    }

    const rows = list.map((one) => ({ day: one.day, ...sums(one, currency) }));
    const others = [...new Set(list.flatMap(({ totals }) => totals.map((total) => total.currency)))].sort();

    return [
        others.length > 1 && h('nav', { class: 'segments switch', 'aria-label': t('taken.currency') },
            others.map((one) => h('a', { href: router.href(`/takings?currency=${one}`),
                                         'aria-current': one === currency ? 'page' : undefined }, bdi(one)))),
        h('h2', {}, t('taken.days', { n: list.length })),
        chart(rows, currency),
        dayTable(rows.toReversed(), currency),
        h('p', { class: 'muted small' }, t('taken.zone', { zone: list[0].zone })),
    ];
}

function sums({ totals }, currency) {
    const of = (kind) => totals.find((total) => total.currency === currency && total.kind === kind)
        || { n: 0, sum: 0 };
    const [payment, refund, payout] = ['payment', 'refund', 'payout'].map(of);

    return { bills: payment.n, payment: payment.sum, refund: refund.sum, payout: payout.sum };
}

// Payments above the line, refunds below it; the numbers stand in the table.

function chart(rows, currency) {
    const up = Math.max(1, ...rows.map(({ payment }) => payment));
    const down = Math.max(0, ...rows.map(({ refund }) => -refund));
    const scale = TALL / (up + down);
    const line = 32 + up * scale;
    const box = (x, y, value, look, text) => value > 0 && svg('rect', {
        x: x * WIDE + 6, y, width: WIDE - 12, height: Math.max(1, value * scale), class: look, rx: 3,
    }, svg('title', {}, text));

    return svg('svg', {
        class: 'bars', viewBox: `0 0 ${DAYS * WIDE} ${TALL + 64}`, role: 'img',
        'aria-label': t('taken.chart', { most: money(Math.max(0, ...rows.map(({ payment }) => payment)), currency) }),
    },
    svg('text', { x: 2, y: 20 }, money(up, currency)),
    svg('line', { x1: 0, x2: DAYS * WIDE, y1: line, y2: line }),
    rows.map(({ day, payment, refund }, i) => [
        box(i, line - payment * scale, payment, 'in', `${day}: ${money(payment, currency)}`),
        box(i, line, -refund, 'out', `${day}: ${money(refund, currency)}`),
        svg('text', { x: i * WIDE + WIDE / 2, y: TALL + 56, 'text-anchor': 'middle' }, day.slice(8)),
    ]));
}

function dayTable(rows, currency) {
    const sum = (key, name) => ({
        ...amountColumn(t(key), (row) => ({ amount: row[name], currency })),
        show: (row) => row[name] ? bdi(money(row[name], currency)) : h('span', { class: 'zero' }, '–'),
    });
    const list = table({ label: t('shop.takings'), none: '', file: 'takings', columns: [
        { label: t('taken.day'), value: (row) => row.day,
          show: (row) => h('a', { href: router.href(`/statements/${row.day}`) }, row.day) },
        { label: t('taken.bills'), value: (row) => row.bills, end: true },
        sum('taken.payments', 'payment'), sum('taken.refunds', 'refund'), sum('taken.paidOut', 'payout'),
        currencyColumn(() => ({ currency })),
    ] });

    list.show(rows);

    return list;
}

function payoutTable(signal) {
    return table({
        label: t('taken.payouts'), none: t('taken.noPayouts'), page: async () => ({ rows: await payouts(signal) }),
        columns: [
            timeColumn(t('taken.at'), 'paid_at'),
            { label: t('taken.no'), value: (row) => row.settle_no, show: (row) => bdi(row.settle_no) },
            { label: t('taken.amount'), value: (row) => row.amount, end: true,
              show: (row) => money(row.amount, row.currency) },
            { label: t('taken.left'), value: (row) => row.left, end: true,
              show: (row) => money(row.left, row.currency) },
            { label: t('taken.reference'), value: (row) => row.reference,
              show: (row) => row.reference && bdi(row.reference) },
        ],
    });
}
