// The sheet of a bill: who, what, how much; then the PIN; then what became of it.
// "Paid" is shown only when the server has said so.

import * as api from '../lib/api.js';
import { bdi, h } from '../lib/dom.js';
import { cardTail, money, phone, time } from '../lib/format.js';
import { parts, t } from '../lib/i18n.js';
import * as live from '../lib/live.js';
import * as router from '../lib/router.js';
import { payId, who } from '../lib/store.js';
import * as bills from './bills.js';
import { amountOf, billHead, largeAmount } from './elements/bill.js';
import { bankOf } from './elements/card.js';
import { form } from './elements/form.js';
import { icon } from './elements/icons.js';
import { pinStep } from './elements/pin-pad.js';
import { problem, sentence } from './elements/problem.js';
import { openSheet } from './elements/sheet.js';
import { toast } from './elements/toast.js';
import { state } from './state.js';

// Errors after which the bill is not what it was when the sheet opened.
const ENDED = new Set(['BILL_PAID', 'BILL_EXPIRED', 'BILL_CLOSED', 'BILL_REJECTED', 'BILL_HANDED_ON',
                       'BILL_RECALLED', 'PAYMENT_PENDING', 'AMOUNT_MISMATCH', 'EXISTS', 'BILL_NOT_ACCEPTED']);

// Errors that another PIN mends.
const PIN = new Set(['PIN_WRONG']);

export function paySheet(bill) {
    const sheet = openSheet();
    const view = { sheet, bill, cards: null, card: null, busy: false, error: null };

    live.on('bill.', (type, news) => {
        if (view.busy || view.ended || type === 'bill.new') {
            return;
        }

        if (type === 'reset' && bills.statusOf(view.bill) === 'PENDING') {
            look(view);
        } else if (news.bill_id === view.bill.bill_id) {
            view.bill = bills.merge(view.bill, news);
            view.error = type === 'bill.pay_failed' ? declined() : null;
            settle(view);
        }
    }, sheet.signal);

    settle(view);
    loadCards(view);
}

async function loadCards(view) {
    try {
        view.cards = (await api.get('/pay/cards', { signal: view.sheet.signal })).cards
            .filter((card) => card.currency === view.bill.currency);
        view.card = view.cards.find((card) => card.default) || view.cards[0] || null;
    } catch (error) {
        if (error.name === 'AbortError') {
            return;
        }
        view.error = error;
    }

    if (view.redraw) {
        view.redraw();
    }
}

// The bank has said no: the bill is as it was.

function declined() {
    return new api.Refusal(0, { code: 'BANK_DECLINED' });
}

function wentOut(before) {
    return bills.statusOf(before) === 'PENDING' ? declined() : null;
}

// The step that fits what the bill is now.

function settle(view) {
    const status = bills.statusOf(view.bill);

    view.redraw = null;

    if (status === 'OFFERED') {
        offered(view);
    } else if (bills.isOpen(view.bill)) {
        overview(view);
    } else {
        ended(view, status);
    }
}

function overview(view) {
    const { bill, sheet } = view;
    const card = h('div', { class: 'card-choice' });
    const said = h('div', { role: 'alert' });

    view.redraw = () => {
        card.replaceChildren(cardLine(view));
        said.replaceChildren(...view.error ? [problem(view.error)] : []);
        pay.disabled = !view.card;
    };

    const pay = h('button', { type: 'button', class: 'primary wide', disabled: true,
                              onclick: () => enterPin(view) },
                  t('pay.pay', { amount: amountOf(bill) }));

    sheet.show(h('div', { class: 'step' },
        billHead(bill), card, said, pay,
        h('div', { class: 'row' },
            h('button', { type: 'button', onclick: () => refuse(view) }, t('pay.refuse')),
            h('button', { type: 'button', onclick: () => handOn(view) }, t('pay.handOn'))),
        bill.expires_at && h('p', { class: 'muted center small' },
                             t('bill.until', { time: time(bill.expires_at) }))));

    if (view.cards || view.error) {
        view.redraw();
    }
}

function cardLine(view) {
    if (view.error && !view.cards) {
        return h('span');
    }

    if (!view.card) {
        return h('p', { class: 'note' }, icon('card'),
            h('span', {}, t('pay.noCard', { currency: view.bill.currency })),
            h('a', { href: router.href('/cards/new') }, t('cards.add')));
    }

    return h('button', { type: 'button', class: 'line', onclick: () => chooseCard(view) },
        icon('card'),
        h('span', { class: 'line-text' }, h('span', { class: 'muted small' }, t('pay.with')),
          cardName(view.card)),
        h('span', { class: 'change' }, t('pay.change')));
}

function cardName(card) {
    return h('span', {}, bankOf(card), ' ', h('span', { class: 'tabular' }, cardTail(card.number)));
}

function chooseCard(view) {
    view.redraw = null;
    view.sheet.show(h('div', { class: 'step' },
        back(view), h('h2', {}, t('pay.choose')),
        h('ul', { class: 'lines' }, view.cards.map((card) => h('li', {},
            h('button', { type: 'button', class: 'line',
                          'aria-pressed': card === view.card ? 'true' : 'false', onclick: () => {
                view.card = card;
                view.error = null;
                settle(view);
            } }, icon('card'),
              h('span', { class: 'line-text' }, cardName(card),
                card.balance !== undefined
                    && h('span', { class: 'muted small' },
                         t('cards.balance', { amount: money(card.balance, card.currency) }))),
              card === view.card && icon('check'))))),
        h('a', { class: 'button wide', href: router.href('/cards/new') }, t('cards.add'))));
}

function back(view) {
    return h('button', { type: 'button', class: 'plain step-back', 'aria-label': t('act.back'),
                         onclick: () => settle(view) }, icon('back'));
}

function enterPin(view, text) {
    const { bill, card } = view;

    if (state.me && !state.me.pin_set) {
        choosePin(bill);
        return;
    }

    view.redraw = null;
    view.error = null;
    view.sheet.show(pinStep({
        title: t('pay.pinFor', { amount: amountOf(bill) }),
        more: h('p', { class: 'muted center' },
                parts('pay.toWith', { merchant: bdi(bill.merchant), card: cardName(card) })),
        problem: text,
        onback: () => settle(view),
        onpin: (pin) => send(view, pin),
    }));
}

// After that, back to the bill.

function choosePin(bill) {
    router.go(`/me/pin?after=${encodeURIComponent(`/bills/${encodeURIComponent(bill.bill_id)}`)}`);
}

async function send(view, pin) {
    const { bill, card, sheet } = view;
    const lost = h('p', { class: 'muted center', role: 'status' });

    view.busy = true;
    sheet.show(h('div', { class: 'step working' },
        h('h2', {}, t('pay.paying', { amount: amountOf(bill) })),
        h('div', { class: 'dots', 'aria-hidden': 'true' }, h('span'), h('span'), h('span')), lost));

    try {
        const reply = await api.post(`/pay/bills/${encodeURIComponent(bill.bill_id)}/pay`,
            { card_id: card.card_id, pin, pay_id: payId(bill.bill_id),
              amount: bill.amount, payee: bill.merchant_id },
            { onLost: () => { lost.textContent = t('pay.lost'); } });

        view.bill = bills.merge(bill, reply);
        view.busy = false;
        view.error = reply.payment === 'FAILED' ? declined() : null;
        bills.note(view.bill);
        settle(view);

        if (reply.payment === 'PENDING') {
            await look(view);           // what was told while the reply was awaited
        }
    } catch (error) {
        view.busy = false;
        await refused(view, error);
    }
}

async function refused(view, error) {
    if (view.sheet.signal.aborted) {
        return tell(view.bill, error);
    }

    if (error.code === 'NO_ANSWER' || error.status >= 500 && error.code !== 'BANK_UNAVAILABLE') {
        return unknown(view, error);
    }

    // a refusal of a repeated call says nothing of the first one
    if (ENDED.has(error.code) || error.wasLost) {
        return look(view, error);
    }

    return refusedFor(view, error);
}

// The bill is open still.

function refusedFor(view, error) {
    if (PIN.has(error.code)) {
        return enterPin(view, sentence(error));
    }

    view.error = error;
    settle(view);

    if (error.code === 'PIN_NOT_SET') {
        choosePin(view.bill);
    }
}

// The sheet was closed meanwhile.

function tell(bill, error) {
    if (who.get() && error.text !== undefined) {
        toast(sentence(error), { act: () => router.go(`/bills/${encodeURIComponent(bill.bill_id)}`),
                                 label: t('act.look'), stay: 20000 });
    }
}

// The answer did not come: what became of the bill is asked for, and told.

function unknown(view, error) {
    view.sheet.show(h('div', { class: 'step result' },
        h('div', { class: 'sign wait' }, icon('clock')),
        h('h2', {}, t('pay.unknown')),
        h('p', { class: 'muted center' }, t('pay.unknownText')),
        problem(error),
        h('button', { type: 'button', class: 'primary wide', onclick: () => look(view) }, t('pay.look'))));
}

async function look(view, error) {
    const before = view.bill;

    try {
        const bill = await bills.one(before.bill_id, view.sheet.signal);

        if (view.bill === before) {     // else an event has told more
            view.bill = bills.merge(before, bill);
            view.error = bills.isOpen(view.bill) ? wentOut(before) : null;

            if (error && bills.isOpen(view.bill)) {
                refusedFor(view, error);
            } else {
                settle(view);
            }
        }
    } catch (other) {
        if (other.name !== 'AbortError') {
            unknown(view, other);
        } else if (error) {
            tell(before, error);
        }
    }
}

function ended(view, status) {
    const { bill, sheet } = view;
    const paid = status === 'PAID';
    const pending = status === 'PENDING';

    view.ended = !pending;
    sheet.show(h('div', { class: 'step result' },
        h('div', { class: `sign ${paid ? 'good' : pending ? 'wait' : 'quiet'}` },
          icon(paid ? 'check' : pending ? 'clock' : status === 'HANDED_ON' ? 'forward' : 'cross')),
        h('h2', {}, t(`result.${status}`)),
        largeAmount(bill),
        h('p', { class: 'center' }, bdi(bill.merchant)),
        h('p', { class: 'muted center' }, bdi(bill.subject)),
        pending && h('p', { class: 'muted center' }, t('pay.pendingText')),
        bill.reason && h('p', { class: 'muted center' }, bdi(bill.reason)),
        h('button', { type: 'button', class: 'primary wide', autofocus: true,
                      onclick: () => sheet.close() }, t('act.done')),
        h('a', { class: 'button wide', href: router.href(`/bills/${encodeURIComponent(bill.bill_id)}`) },
          t(paid ? 'pay.receipt' : 'pay.details'))));
}

function refuse(view) {
    const { bill } = view;

    view.redraw = null;
    view.sheet.show(h('div', { class: 'step' },
        back(view),
        h('h2', {}, t('refuse.title')),
        h('p', { class: 'muted' }, parts('refuse.text', { merchant: bdi(bill.merchant) })),
        form({
            name: `refuse.${bill.bill_id}`,
            fields: [{ name: 'reason', label: t('refuse.reason'), maxlength: 128, autofocus: true }],
            submit: t('refuse.do', { amount: amountOf(bill) }),
            danger: true,
            act: ({ reason }) => change(view, 'reject', reason ? { reason } : {}),
        })));
}

function handOn(view) {
    const { bill } = view;

    view.redraw = null;
    view.sheet.show(h('div', { class: 'step' },
        back(view),
        h('h2', {}, t('handOn.title')),
        h('p', { class: 'muted' }, t('handOn.text')),
        form({
            name: `hand.${bill.bill_id}`,
            fields: [{ name: 'phone', label: t('handOn.phone'), type: 'tel', autocomplete: 'off',
                       required: true, autofocus: true }],
            submit: t('handOn.do', { amount: amountOf(bill) }),
            act: (fields) => change(view, 'delegate', fields),
        })));
}

function offered(view) {
    const { bill } = view;

    view.sheet.show(h('div', { class: 'step' },
        billHead(bill),
        form({
            fields: [{ name: 'tell_merchant', type: 'checkbox', label: t('offer.tell') }],
            submit: t('offer.accept'),
            act: ({ tell_merchant: tell }) => change(view, 'accept', tell ? { tell_merchant: true } : {}),
        }),
        h('button', { type: 'button', class: 'wide', onclick: (event) => decline(view, event.target) },
          t('offer.decline')),
        h('p', { class: 'muted center small' },
          parts('offer.text', { phone: bdi(phone(bill.handed_by || '')) }))));
}

async function decline(view, button) {
    button.disabled = true;

    try {
        await change(view, 'decline', {});
    } catch (error) {
        button.disabled = false;
        button.after(problem(error));
    }
}

// A change of the bill that moves no money.

async function change(view, what, fields) {
    view.busy = true;

    try {
        const reply = await api.post(`/pay/bills/${encodeURIComponent(view.bill.bill_id)}/${what}`, fields);

        view.bill = bills.merge(view.bill, reply);
        bills.note(view.bill);
    } catch (error) {
        if (ENDED.has(error.code) || error.wasLost && error.status < 500 && error.status) {
            view.busy = false;
            return look(view, error);
        }
        throw error;
    } finally {
        view.busy = false;
    }

    settle(view);
}
