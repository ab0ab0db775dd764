// The statement of a day: the file, as the platform has signed it, and its rows.

import { bdi, h, put } from '../../../lib/dom.js';
import { fullTime, money } from '../../../lib/format.js';
import { t } from '../../../lib/i18n.js';
import * as router from '../../../lib/router.js';
import { icon } from '../../../app/elements/icons.js';
import { loading } from '../../../app/elements/problem.js';
import { code } from '../../shared/act.js';
import { save } from '../../shared/csv.js';
import { form } from '../../../app/elements/form.js';
import { facts, head, part } from '../../shared/head.js';
import { amountColumn, currencyColumn, table } from '../../shared/table.js';
import { current } from '../calls.js';
import { dayBefore, rowsOf, statementOf } from '../days.js';
import { billLink } from './bills.js';

const DAYS = 14;
const MOST = 1000;                      // rows that are shown

const here = (day) => `/statements/${encodeURIComponent(day)}`;

export function statements() {
    const days = Array.from({ length: DAYS }, (_, i) => dayBefore(i));

    return [
        head(t('shop.statements')),
        statementsSwitch('/statements'),
        h('div', { class: 'columns' },
            h('section', {}, dayForm(t('day.open'), ({ date }) => router.go(here(date)))),
            part(t('day.lately'), h('ul', { class: 'lines' }, days.map((day) =>
                h('li', {}, h('a', { class: 'line tabular', href: router.href(here(day)) }, day)))))),
    ];
}

export function statementsSwitch(to) {
    return h('nav', { class: 'segments switch', 'aria-label': t('shop.statements') },
        [['/statements', 'shop.statements'], ['/reconcile', 'shop.reconcile']].map(([path, key]) =>
            h('a', { href: router.href(path), 'aria-current': path === to ? 'page' : undefined }, t(key))));
}

/** @param {Record<string, any>[]} [more] */

export function dayForm(submit, act, more = [], day = dayBefore(1)) {
    return form({
        fields: [{ name: 'date', label: t('day.day'), type: 'date', required: true, defaultValue: day }, ...more],
        submit, act,
    });
}

export function statement({ params, signal }) {
    const body = h('div', { class: 'stack', role: 'status' });

    loading(body, () => statementOf(params.day, {
        signal, onWait: (done) => put(body, h('p', { class: 'cause wait' }, icon('clock'),
            h('span', {}, t('day.making', { n: done || 0 })))),
    }), (one) => put(body, page(one)), 5);

    return [head(t('day.title', { day: params.day }), '/statements'), body];
}

function page(one) {
    if (one.before || one.until) {
        return h('p', { class: 'cause wait' }, icon('clock'), h('span', {}, one.before ? t('day.before')
            : t('day.notOver', { until: fullTime(one.until) })));
    }

    const rows = rowsOf(one.text, MOST);

    return [
        facts([
            [t('day.zone'), bdi(one.zone)],
            [t('day.rows'), String(one.rows)],
            ...one.totals.map(({ currency, kind, n, sum }) => [t(`kind.${kind}`), t('day.total', {
                n, sum: money(sum, currency) })]),
            [t('day.sha256'), h('span', {}, h('span', { class: 'mark good' }, t('day.checked')), ' ',
                                code(one.sha256))],
        ]),
        h('div', { class: 'row-acts' },
            h('button', { type: 'button', onclick: () => save(`${current().merchant}-${one.day}.csv`, one.text) },
                t('day.save')),
            h('a', { class: 'button', href: router.href(`/reconcile/${one.day}`) }, t('day.reconcile'))),
        one.rows > rows.length && h('p', { class: 'muted' }, t('day.first', { n: rows.length })),
        movements(rows),
    ];
}

function movements(rows) {
    const list = table({ label: t('day.rows'), none: t('day.none'), file: 'rows', columns: [
        { label: t('day.at'), value: (row) => row.time, tight: true, show: (row) => bdi(row.time.slice(11, 19)) },
        { label: t('day.kind'), value: (row) => row.kind, tight: true, show: (row) => t(`kind.${row.kind}`) },
        { label: t('order.no'), value: (row) => row.out_trade_no || row.payout_no,
          show: (row) => row.bill_id ? billLink(row.bill_id, row.out_trade_no) : bdi(row.payout_no) },
        { label: t('order.refundNo'), value: (row) => row.out_refund_no, show: (row) => row.out_refund_no
            && bdi(row.out_refund_no) },
        amountColumn(t('order.amount'), (row) => row), currencyColumn((row) => row),
    ] });

    list.show(rows);

    return list;
}
