// The check of the ledger, its results in this tab, and the months of the buckets.

import * as api from '../../../lib/api.js';
import { bdi, h, put } from '../../../lib/dom.js';
import { fullTime } from '../../../lib/format.js';
import { t } from '../../../lib/i18n.js';
import * as router from '../../../lib/router.js';
import { icon } from '../../../app/elements/icons.js';
import { problem } from '../../../app/elements/problem.js';
import { code, named, sure } from '../../shared/act.js';
import { form } from '../../../app/elements/form.js';
import { facts, head, part, said } from '../../shared/head.js';
import { outcome } from '../../../lib/outcome.js';
import { amountColumn, table, timeColumn } from '../../shared/table.js';

const LONGEST = 3600000;
const LISTED = 20;                      // buckets, at first

// A check goes on while the operator looks at something else.

const state = { checks: [], error: null, since: 0 };

export function forgetChecks() {
    state.checks = [];
    state.error = null;
}

async function check() {
    state.since = Date.now();
    state.error = null;
    changed();

    try {
        const reply = await api.get('/operator/check', { patience: LONGEST, tries: 1 });
        state.checks.unshift({ ...reply, at: new Date(state.since).toISOString(), ms: Date.now() - state.since });
    } catch (error) {
        state.error = error;
    }

    state.since = 0;
    changed();
}

function changed() {
    document.dispatchEvent(new CustomEvent('console:check'));
}

export function ledger({ signal, visit }) {
    const place = h('div', { class: 'stack', role: 'status' });
    const button = h('button', { type: 'button', class: 'primary', onclick: check }, t('ledger.check'));
    const months = monthTable(signal);

    function draw() {
        button.disabled = state.since > 0;
        put(place,
            state.since > 0 && h('p', { class: 'cause wait' }, icon('clock'), h('span', {}, t('ledger.running'))),
            state.error && problem(state.error),
            state.checks[0] && result(state.checks[0]),
            state.checks.length > 1 && part(t('ledger.history'), history(state.checks)));
    }

    document.addEventListener('console:check', draw, { signal });
    draw();
    months.load();

    return [
        head(t('console.ledger')),
        h('p', { class: 'muted' }, t('ledger.text')),
        h('div', { class: 'row-acts' }, button,
            h('a', { class: 'button', href: router.href('/banks') }, t('banks.title'))),
        place,
        part(t('ledger.months'), months, h('div', { class: 'columns' }, closeForm(months, visit))),
    ];
}

// A month is closed bucket by bucket; a job does each.

function closeForm(months, signal) {
    const told = outcome('closed');

    return h('section', {}, h('h3', {}, t('ledger.close')), h('p', { class: 'muted' }, t('ledger.closeText')), form({
        fields: [{ name: 'month', label: t('ledger.month'), hint: t('ledger.monthHint'), required: true,
                   placeholder: 'YYYY-MM', maxlength: 7 }],
        submit: t('ledger.close'),
        act: async ({ month }) => {
            await sure({ title: t('ledger.closeSure', { month: month.trim() }), yes: t('ledger.close'),
                         text: t('ledger.closeSureText') });

            const n = await closeAll(month.trim(), signal);
            told.show(() => said('good', t('ledger.closing', { n })));
            await months.load();
        },
    }), told);
}

async function closeAll(month, signal) {
    let bucket = 0;
    let n = 0;

    do {
        const reply = await api.get(`/operator/ledger?limit=100&bucket=${bucket}`, { signal });

        for (const row of reply.buckets) {
            if (row.from <= month) {
                await api.post('/operator/ledger/close', { bucket: row.bucket, month }, { signal });
                n++;
            }
        }

        bucket = reply.next_bucket;
    } while (bucket);

    return n;
}

function result(found) {
    return h('div', { class: 'stack' },
        h('p', { class: `cause ${found.ok ? 'good' : 'bad'}` }, icon(found.ok ? 'check' : 'alert'),
            h('strong', {}, t(found.ok ? 'ledger.ok' : 'ledger.notOk'))),
        facts([
            [t('ledger.at'), fullTime(found.at)],
            [t('ledger.took'), t('ledger.seconds', { n: (found.ms / 1000).toFixed(1) })],
            [t('ledger.entries'), String(found.entries)],
            [t('ledger.unreadable'), String(found.entries_unreadable)],
            [t('ledger.untracked'), String(found.entries_untracked)],
            [t('ledger.stuck'), String(found.stuck_events)],
        ]),
        tableOf('ledger.sums', found.sums, undefined, [
            { label: t('ledger.currency'), value: (row) => row.currency, show: (row) => bdi(row.currency) },
            amount('ledger.sum', 'sum'), amount('ledger.transit', 'in_transit'),
        ]),
        tableOf('ledger.mismatches', found.mismatches, found.mismatches_found, balances(), 'mismatches'),
        tableOf('ledger.negative', found.negative, found.negative_found, balances(), 'negative'),
        tableOf('ledger.faults', found.faults, found.faults_found, [
            { label: t('ledger.what'), value: (row) => row.what, show: (row) => h('div', {},
            h('p', {}, named(`fault.${row.what}`, row.what)), code(row.what)) },
            { label: t('ledger.where'), value: (row) => row.where, show: (row) => code(row.where) },
        ], 'faults'));
}

const amount = (key, name) => amountColumn(t(key), (row) => ({ amount: row[name], currency: row.currency }));

const balances = () => [
    { label: t('ledger.account'), value: (row) => row.account, show: (row) => code(row.account) },
    { label: t('ledger.currency'), value: (row) => row.currency, show: (row) => bdi(row.currency) },
    amount('ledger.says', 'ledger'), amount('ledger.stored', 'stored'),
];

/** @param {string} [file] */

function tableOf(key, rows, all, columns, file) {
    if (!rows.length) {
        return null;
    }

    const list = table({ label: t(key), none: '', columns, file });
    list.show(rows);

    return part(t(key), all > rows.length && h('p', { class: 'muted' }, t('ledger.first', { n: rows.length, all })),
                list);
}

function history(checks) {
    const list = table({ label: t('ledger.history'), none: '', columns: [
        timeColumn(t('ledger.at'), 'at'),
        { label: t('ledger.result'), value: (row) => row.ok,
          show: (row) => h('span', { class: `mark ${row.ok ? 'good' : 'bad'}` },
                           t(row.ok ? 'ledger.markOk' : 'ledger.markNotOk')) },
        { label: t('ledger.faults'), value: (row) => row.faults_found, end: true },
        { label: t('ledger.mismatches'), value: (row) => row.mismatches_found, end: true },
        { label: t('ledger.stuck'), value: (row) => row.stuck_events, end: true },
    ] });

    list.show(checks);

    return list;
}

function monthTable(signal) {
    return table({
        label: t('ledger.months'), none: t('ledger.noMonths'), file: 'ledger-months',
        page: async (bucket = 0) => {
            const reply = await api.get(`/operator/ledger?limit=${LISTED}&bucket=${bucket}`, { signal });
            return { rows: reply.buckets, next: reply.next_bucket };
        },
        columns: [
            { label: t('ledger.bucket'), value: (row) => row.bucket },
            { label: t('ledger.from'), value: (row) => row.from },
            { label: t('ledger.closed'), value: (row) => row.entries, end: true },
            { label: t('ledger.job'), value: (row) => [row.job, row.error, row.stopped].filter(Boolean).join(' '),
              show: (row) => job(row) },
            { label: t('ledger.file'), value: (row) => row.file, show: (row) => row.file && code(row.file) },
        ],
    });
}

function job(row) {
    const wrong = row.error || row.stopped;

    return row.job || wrong ? h('span', {},
        row.job && h('span', { class: `mark ${wrong ? 'bad' : 'wait'}` }, named(`job.${row.job}`, row.job)),
        wrong && [' ', bdi(wrong)]) : null;
}
