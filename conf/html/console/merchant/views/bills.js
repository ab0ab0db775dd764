// Bills: the list of them; one is found by its numbers, or made; its way is shown as it
// goes on.

import { bdi, h, put } from '../../../lib/dom.js';
import { currencyName, fullTime, money, phone, plain, time } from '../../../lib/format.js';
import { parts, t } from '../../../lib/i18n.js';
import * as router from '../../../lib/router.js';
import { draft, unique, unsettled } from '../../../lib/store.js';
import { loading } from '../../../app/elements/problem.js';
import { openSheet } from '../../../app/elements/sheet.js';
import { act, billMark, code, named, resultOf } from '../../shared/act.js';
import { form } from '../../../app/elements/form.js';
import { wrong } from '../../../lib/wrong.js';
import { toMinor } from '../../shared/amount.js';
import { facts, head, part } from '../../shared/head.js';
import { amountColumn, currencyColumn, table, timeColumn } from '../../shared/table.js';
import { call, current } from '../calls.js';
import { replayButton, stateMark, together, tries } from '../notes.js';

const EVERY = 5000;
const LISTED = 50;
const CALLS = 10;
const STATES = ['', 'OPEN', 'PAID', 'PARTLY_REFUNDED', 'REFUNDED', 'REJECTED', 'CLOSED', 'EXPIRED'];
const BILL_ID = /^\d{3}-[0-9A-Z]{20,}$/;
const OPEN = new Set(['CREATED', 'PUSHED']);
const PAID = new Set(['PAID', 'PARTLY_REFUNDED']);
const ENDS = { DELIVERED: 'good', EXHAUSTED: 'bad' };
const TOLD = { CREATED: 'way.notPushed', PUSHED: 'way.pushed' };

const here = (id) => `/bills/${encodeURIComponent(id)}`;

export const billLink = (id, text) => h('a', { href: router.href(here(id)) }, bdi(text));

// The list as it was left, with its rows, for the way back from a bill.

const lists = new WeakMap();

function back() {
    const { state, filter } = lists.get(current()) || {};
    const query = new URLSearchParams({ ...state && { state }, ...filter && { filter } });

    return `/bills${query.size ? `?${query}` : ''}`;
}

export function bills({ query, signal }) {
    const asked = query.get('state') || '';
    const state = h('select', { onchange: () => {
        keep(state.value);
        list.turn();
    } }, STATES.map((one) => h('option', { value: one, selected: one === asked }, stateName(one))));
    const finder = form({
        fields: [{ name: 'q', label: t('order.find'), placeholder: t('order.findHint'), type: 'search',
                   required: true, spellcheck: 'false', autocapitalize: 'none' }],
        submit: t('order.findDo'),
        act: async ({ q }) => {
            const id = await find(q.trim()).catch(atField);

            list.filter('');
            router.go(here(id));
        },
    });
    const list = billTable(pages(() => state.value, signal), finder.inputs.q);
    const shop = current();
    const was = lists.get(shop);

    if (was?.isThere && was.state === state.value) {
        list.show(was.rows, was.next);
    }

    list.load();
    follow(list, () => readPage(state.value, undefined, 0, signal), signal);
    signal.addEventListener('abort', () => lists.set(shop, { state: state.value, ...list.now() }));

    return [
        head(t('shop.bills')),
        h('div', { class: 'finder' }, finder),
        h('div', { class: 'row-acts' },
            h('label', { class: 'choose' }, t('order.status'), state),
            h('a', { class: 'button primary', href: router.href('/bill-new') }, t('order.make'))),
        list,
        h('p', { class: 'muted small' }, t('order.gap')),
    ];
}

const stateName = (state) => state === '' ? t('order.any') : state === 'OPEN' ? t('order.open') : t(`status.${state}`);

// What is new, or is paid meanwhile, appears by itself.

function follow(list, call, signal) {
    const next = async () => {
        if (signal.aborted) {
            return;
        }

        if (!document.hidden && list.now().isThere) {
            await list.refresh(call).catch(() => {});
        }

        setTimeout(next, EVERY);
    };

    setTimeout(next, EVERY);
}

// The state stands in the address, for a reload and for the way back from a bill.

function keep(state) {
    const query = new URLSearchParams(location.search);

    if (state) {
        query.set('state', state);
    } else {
        query.delete('state');
    }

    history.replaceState(history.state, '', location.pathname + (query.size ? `?${query}` : ''));
}

// The field that finds a bill by its number filters the list meanwhile.

function billTable(page, search) {
    return table({
        label: t('order.all'), none: t('order.none'), noneShown: t('order.noneShown'), file: 'bills', page, search,
        look: 'two-lines', id: (row) => row.bill_id,
        columns: [
            { label: t('order.no'), value: (row) => row.out_trade_no,
              show: (row) => billLink(row.bill_id, row.out_trade_no) },
            { label: t('order.status'), value: (row) => row.status, tight: true, show: billMark },
            amountColumn(t('order.amount'), (row) => row), currencyColumn((row) => row),
            { label: t('order.payer'), value: (row) => row.payer_phone, tight: true,
              show: (row) => bdi(phone(row.payer_phone)) },
            { label: t('order.made'), value: (row) => row.created_at, tight: true,
              show: (row) => h('time', { datetime: row.created_at, title: fullTime(row.created_at) },
                               time(row.created_at)) },
        ],
    });
}

// A page of a state may be short, or empty, although there are more.  Another state ends the
// calls of the one before.

const pages = (chosen, signal) => {
    let ended = new AbortController();

    signal.addEventListener('abort', () => ended.abort());

    return (before, least = 0) => {
        ended.abort();
        ended = new AbortController();

        return readPage(chosen(), before, Math.max(least, LISTED), ended.signal);
    };
};

async function readPage(state, before, least, signal) {
    const rows = [];
    let next = before;
    let calls = 0;

    do {
        const reply = await call('bill.made', { state, limit: LISTED, before: next }, { signal });

        rows.push(...reply.bills);
        next = reply.next_before;
        calls++;
    } while (next && rows.length < least && calls < CALLS);

    return { rows, next };
}

function gone(error) {
    if (error.code === 'BILL_NOT_FOUND') {
        return null;
    }

    throw error;
}

// By its id, its order number, or the number of one of its refunds.

async function find(number) {
    if (BILL_ID.test(number)) {
        return (await call('bill.query', { bill_id: number })).bill_id;
    }

    const order = await call('bill.query', { out_trade_no: number }).catch(gone);

    return order ? order.bill_id : (await call('refund.query', { out_refund_no: number }).catch(notFound)).bill_id;
}

function notFound(error) {
    throw error.code === 'REFUND_NOT_FOUND' ? wrong('order.notFound', 'q') : error;
}

// What is wrong with the number is said at the field.

function atField(error) {
    throw error.field ? Object.assign(error, { at: 'q' }) : error;
}

export function newBill() {
    const { currency } = current();

    return [
        head(t('order.make'), '/bills'),
        h('div', { class: 'columns' }, h('section', {}, form({
            name: `bill.${current().merchant}`,
            fields: [
                { name: 'payer_phone', label: t('order.payer'), type: 'tel', required: true, autofocus: true },
                amountField(currency),
                { name: 'subject', label: t('order.subject'), required: true },
                { name: 'body', label: t('order.body'), rows: 2 },
                { name: 'out_trade_no', label: t('order.no'), hint: t('order.noHint'), required: true,
                  defaultValue: newNumber('B'), spellcheck: 'false' },
            ],
            submit: t('order.make'),
            act: async (typed) => {
                const amount = toMinor(typed.amount, currency);

                if (amount === null) {
                    throw wrong('order.badAmount', 'amount');
                }

                const made = await call('bill.create', {
                    ...typed, amount, payer_phone: typed.payer_phone.trim(), subject: typed.subject.trim(),
                    body: typed.body.trim(), out_trade_no: typed.out_trade_no.trim(),
                });

                router.go(here(made.bill_id));
            },
        }))),
    ];
}

const amountField = (currency) => ({ name: 'amount', inputmode: 'decimal', required: true,
                                     label: t('order.amountIn', { currency: currencyName(currency) }) });

// The day, and letters that no other till has.

function newNumber(letter) {
    const day = new Date().toISOString().slice(2, 10).replaceAll('-', '');

    return `${letter}${day}-${unique().slice(0, 6).toUpperCase()}`;
}

export function bill({ params, signal }) {
    const body = h('div', { class: 'stack' });
    let shown = '';

    async function read() {
        const one = await call('bill.query', { bill_id: params.id }, { signal });
        const told = together(await call('notice.list', { bill_id: one.bill_id }, { signal }));

        return { one, told };
    }

    // What has not changed stays as it is: a list that is open, the focus.

    function draw(got) {
        const now = JSON.stringify(got);

        if (now !== shown) {
            shown = now;
            if (!PAID.has(got.one.status)) {
                unsettled.set(refundOf(got.one), null);     // all of it went back
            }
            put(body, billPage(got.one, got.told, load));
        }
    }

    const load = () => loading(body, read, draw, 5);

    async function next() {
        if (signal.aborted) {
            return;
        }

        if (!document.hidden && shown) {
            await read().then((got) => !signal.aborted && draw(got)).catch(() => {});
        }

        setTimeout(next, EVERY);
    }

    load();
    setTimeout(next, EVERY);

    return [head(t('order.title'), back()), body];
}

function billPage(one, told, load) {
    return [
        h('div', { class: 'bill-top' },
            h('p', { class: 'amount huge' }, money(one.amount, one.currency)), billMark(one)),
        facts([
            [t('order.no'), code(one.out_trade_no)],
            [t('order.id'), code(one.bill_id)],
            [t('order.payer'), bdi(phone(one.payer_phone))],
            [t('order.paidBy'), one.paid_by && bdi(phone(one.paid_by))],
            [t('order.refunded'), one.refunded && money(one.refunded, one.currency)],
            [t('order.expires'), OPEN.has(one.status) ? fullTime(one.expires_at) : undefined],
        ]),
        h('div', { class: 'row-acts' },
            OPEN.has(one.status) && act(t('order.close'), t('order.closed'), async () => {
                await call('bill.close', { bill_id: one.bill_id });
                await load();
            }, { title: t('order.closeTitle'), yes: t('order.close'),
                 text: parts('order.closeText', { order: bdi(one.out_trade_no) }) }),
            PAID.has(one.status) && h('button', { type: 'button', onclick: () => refund(one, load) },
                t('order.refund'))),
        part(t('order.way'), way(one, told)),
        part(t('shop.notices'), told.length ? noticeTable(told)
            : h('p', { class: 'muted' }, t('order.noNotices'))),
    ];
}

// What has happened, as it came, with what was told of it.

function way(one, told) {
    const steps = [
        { at: one.created_at, text: t('way.made'), more: TOLD[one.status] && t(TOLD[one.status]) },
        one.paid_at && { at: one.paid_at, look: 'good', text: parts('way.paid', {
            phone: bdi(phone(one.paid_by || one.payer_phone)) }) },
        one.ended_at && { at: one.ended_at, look: 'bad', text: t(`way.${one.status}`),
                          more: one.reason && bdi(one.reason) },
        ...told.filter(({ event }) => event === 'refund')
            .map(({ created_at: at }) => ({ at, text: t('way.refunded') })),
        ...told.flatMap((notice) => notice.attempts.map((attempt) => ({
            at: attempt.sent_at, late: 1, look: attempt === notice.attempts.at(-1) && ENDS[notice.state] || 'wait',
            text: parts('way.told', { result: resultOf(attempt.result) }),
            more: `${attempt.took_ms} ms`,
        }))),
    ].filter(Boolean).sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : (a.late || 0) - (b.late || 0)));

    return h('ol', { class: 'way' }, steps.map(({ at, text, more, look }) =>
        h('li', { class: look },
            h('time', { datetime: at, class: 'muted small' }, time(at)),
            h('span', {}, text, more && [h('br'), h('span', { class: 'muted small' }, more)]))));
}

function noticeTable(told) {
    const list = table({ label: t('shop.notices'), none: '', columns: [
        { label: t('told.event'), value: (row) => row.event, show: (row) => named(`event.${row.event}`, row.event) },
        { label: t('told.state'), value: (row) => row.state, show: stateMark },
        { label: t('told.tries'), value: (row) => row.attempts.length, show: tries },
        timeColumn(t('told.next'), 'next_at'),
        { label: t('told.id'), value: (row) => row.notify_id, show: (row) => code(row.notify_id) },
    ], acts: replayButton });

    list.show(told);

    return list;
}

// The number is chosen before the call: however often it is sent, the money goes once.  It
// stays in this browser until it is known whether the refund was made; until then there is
// no other one of this bill.

const DECIDED = new Set(['ACCOUNT_FULL', 'BILL_NOT_FOUND', 'BILL_NOT_PAID', 'ORDER_MISMATCH', 'PARAM_INVALID',
                         'PARAM_MISSING', 'REFUND_EXCEEDS', 'REFUND_TOO_LATE', 'REFUND_TOO_MANY',
                         'TAKINGS_NOT_ENOUGH']);

const refundOf = (one) => `refund.${current().merchant}.${one.bill_id}`;

function refund(one, load) {
    const name = refundOf(one);
    const sent = unsettled.get(name);
    const sheet = openSheet();
    const left = one.amount - (one.refunded || 0);
    const element = form({
        name: sent ? undefined : `refund.${one.bill_id}`,
        fields: [
            { ...amountField(one.currency), defaultValue: sent?.amount || plain(left, one.currency),
              autofocus: true },
            { name: 'out_refund_no', label: t('order.refundNo'), required: true,
              defaultValue: sent?.out_refund_no || newNumber('R'), spellcheck: 'false' },
            { name: 'reason', label: t('order.reason'), defaultValue: sent?.reason },
        ],
        submit: t('order.refundDo'), danger: true,
        act: async (typed) => {
            const amount = toMinor(typed.amount, one.currency);
            const earlier = unsettled.get(name);

            if (amount === null) {
                throw wrong('order.badAmount', 'amount');
            }

            if (earlier && earlier.out_refund_no !== typed.out_refund_no) {
                refund(one, load);      // of another tab, meanwhile
                throw new DOMException('another one is first', 'AbortError');
            }

            unsettled.set(name, typed);
            fix(true);

            try {
                await call('refund.create', {
                    bill_id: one.bill_id, amount, out_refund_no: typed.out_refund_no.trim(),
                    reason: typed.reason.trim(),
                });
            } catch (error) {
                if (isDecided(error, Boolean(earlier))) {
                    unsettled.set(name, null);
                    fix(false);
                }
                throw error;
            }

            unsettled.set(name, null);
            draft.clear(`refund.${one.bill_id}`);
            sheet.close();
            await load();
        },
    });

    const fix = (fixed) => Object.values(element.inputs).forEach((input) => { input.readOnly = fixed; });

    fix(Boolean(sent));
    sheet.show(h('div', { class: 'step' }, h('h2', {}, t('order.refund')),
        h('p', { class: 'muted' }, sent ? t('order.refundUnknown')
            : t('order.refundText', { left: money(left, one.currency) })), element));
}

// Whether it is known that the refund was not made.

function isDecided(error, wasSent) {
    return DECIDED.has(error.code)
        || Boolean(error.code) && !error.isAway && error.code !== 'NOT_GENUINE' && !error.wasLost && !wasSent;
}
