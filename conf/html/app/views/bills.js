// The list of bills, and one bill: what it is, how it went, what can be done.

import * as api from '../../lib/api.js';
import { bdi, h, put } from '../../lib/dom.js';
import { cardTail, fullTime, money, phone } from '../../lib/format.js';
import { parts, t } from '../../lib/i18n.js';
import * as live from '../../lib/live.js';
import * as router from '../../lib/router.js';
import * as bills from '../bills.js';
import { amountOf, billRow, largeAmount, mark } from '../elements/bill.js';
import { icon } from '../elements/icons.js';
import { copy, loading, problem } from '../elements/problem.js';
import { segments } from '../elements/segments.js';
import { ask } from '../elements/sheet.js';
import { paySheet } from '../pay.js';

let onlyOpen = false;                // of this tab

export function billList({ signal }) {
    const body = h('div', { class: 'stack' });      // a new bill is told by its sheet, or a line
    const which = segments(t('bills.which'), [['all', t('bills.all')], ['open', t('bills.due')]],
                           onlyOpen ? 'open' : 'all', (name) => {
        onlyOpen = name === 'open';
        load();
    });
    let open = { bills: [], next: undefined };

    const read = () => onlyOpen ? bills.open(undefined, signal).then((page) => {
        open = page;
    }) : bills.load(signal);

    function load() {
        const asked = onlyOpen;

        return loading(body, read, () => asked === onlyOpen && draw(), 5);
    }

    function draw() {
        const list = onlyOpen ? open.bills : bills.all();
        const due = list.filter(bills.isOpen);
        const rest = list.filter((bill) => !bills.isOpen(bill));
        const current = location.pathname;

        which.hidden = !list.length && !onlyOpen;
        put(body,
            !list.length && !onlyOpen && h('div', { class: 'empty' }, icon('bill'),
                h('p', { class: 'strong' }, t('bills.none')),
                h('p', { class: 'muted' }, t('bills.noneText'))),
            onlyOpen && !due.length && h('p', { class: 'empty muted' }, t('bills.noneDue')),
            due.length > 0 && part('bills.due', due),
            rest.length > 0 && !onlyOpen && part('bills.earlier', rest),
            (onlyOpen ? open.next : bills.hasMore())
                && h('button', { type: 'button', class: 'wide', onclick: more }, t('act.more')));

        body.querySelector(`a[href="${CSS.escape(current)}"]`)?.setAttribute('aria-current', 'true');
    }

    async function more(event) {
        event.target.disabled = true;
        await loading(body, () => onlyOpen ? bills.open(open.next, signal).then(({ bills: found, next }) => {
            open = { bills: open.bills.concat(found), next };
        }) : bills.loadMore(signal), draw);
    }

    document.addEventListener('phone:bill', () => {
        if (onlyOpen) {
            load();
        } else if (bills.isLoaded()) {
            draw();
        }
    }, { signal });
    live.on('bill.', (type) => (type === 'reset' || type === 'bill.declined') && load(), signal);

    if (bills.isLoaded() && !onlyOpen) {
        draw();
    }
    load();

    return [h('header', { class: 'head' }, h('h1', {}, t('bills.title'))), which, body];
}

function part(key, list) {
    return h('section', {},
        h('h2', { class: 'part' }, t(key)),
        h('ul', { class: 'lines' }, list.map((bill) => h('li', {}, billRow(bill)))));
}

export function billDetail({ params, signal }) {
    const body = h('div', { class: 'stack' });
    const load = () => loading(body, () => bills.one(params.id, signal), draw);

    function draw(bill) {
        if (bill.bill_id !== params.id) {
            // it has come back, under its new id
            return router.go(`/bills/${encodeURIComponent(bill.bill_id)}`, { replace: true });
        }

        put(body, h('article', { class: 'receipt' },
            h('div', { class: 'receipt-head' },
                bdi(bill.merchant, { class: 'strong' }),
                largeAmount(bill),
                mark(bill)),
            acts(bill),
            facts(bill),
            bill.messages?.length > 0 && messages(bill.messages)));
    }

    document.addEventListener('phone:bill', (/** @type {CustomEvent} */ { detail }) => {
        if (detail.id === params.id && !detail.whole) {
            load();
        }
    }, { signal });
    live.on('message.new', load, signal);
    live.on('bill.handed', load, signal);
    load();

    return [head(t('bill.title'), '/bills'), body];
}

export function head(title, back, ...more) {
    return h('header', { class: 'head' },
        h('a', { class: 'plain back', href: router.href(back), 'aria-label': t('act.back') }, icon('back')),
        h('h1', {}, title), more);
}

function acts(bill) {
    if (bills.isOpen(bill)) {
        return h('button', { type: 'button', class: 'primary wide', onclick: () => paySheet(bill) },
                 bill.status === 'OFFERED' ? t('offer.look') : t('pay.pay', { amount: amountOf(bill) }));
    }

    if (bill.status === 'HANDED_ON' && bill.handed_status === 'OFFERED') {
        return h('button', { type: 'button', class: 'wide', onclick: (event) => recall(bill, event.target) },
                 t('recall.do'));
    }

    return null;
}

async function recall(bill, button) {
    const yes = await ask({ title: t('recall.title'), yes: t('recall.do'),
                            text: parts('recall.text', { phone: bdi(phone(bill.handed_to)) }) });
    if (!yes) {
        return;
    }

    button.disabled = true;

    try {
        const back = await api.post(`/pay/bills/${encodeURIComponent(bill.bill_id)}/recall`);
        bills.note({ ...bill, status: 'RECALLED' });
        await bills.load();
        router.go(`/bills/${encodeURIComponent(back.bill_id)}`, { replace: true });
    } catch (error) {
        button.disabled = false;
        button.after(problem(error));
    }
}

function facts(bill) {
    const rows = [
        ['bill.subject', bdi(bill.subject)],
        ['bill.body', bill.body && bdi(bill.body)],
        ['bill.made', fullTime(bill.created_at)],
        ['bill.untilLabel', bills.isOpen(bill) && bill.expires_at && fullTime(bill.expires_at)],
        ['bill.paidAt', bill.paid_at && fullTime(bill.paid_at)],
        ['bill.card', bill.card_number && h('span', { class: 'tabular' }, cardTail(bill.card_number))],
        ['bill.refunded', bill.refunded > 0 && money(bill.refunded, bill.currency)],
        ['bill.endedAt', !bill.paid_at && bill.ended_at && fullTime(bill.ended_at)],
        ['bill.reason', bill.reason && bdi(bill.reason)],
        ['bill.from', bill.handed_by && bdi(phone(bill.handed_by))],
        ['bill.to', bill.handed_to && bdi(phone(bill.handed_to))],
        ['bill.declinedBy', bill.declined_by && bdi(phone(bill.declined_by))],
        ['bill.buyer', bill.buyer_phone && bdi(phone(bill.buyer_phone))],
        ['bill.order', number(bill.out_trade_no)],
        ['bill.id', number(bill.bill_id)],
    ];

    return h('dl', { class: 'facts' }, rows.filter(([, value]) => value).map(([key, value]) =>
        h('div', {}, h('dt', {}, t(key)), h('dd', {}, value))));
}

function number(text) {
    return h('span', { class: 'number' }, bdi(text),
        h('button', { type: 'button', class: 'link', onclick: (event) => copy(event.target, text) },
          t('act.copy')));
}

function messages(list) {
    return h('section', {},
        h('h2', { class: 'part' }, t('bill.messages')),
        list.map((message) => h('p', { class: 'note' }, bdi(message.text))));
}
