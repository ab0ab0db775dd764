// How a bill looks in a list and at the head of a page or a sheet.

import { bdi, h } from '../../lib/dom.js';
import { money, phone, time } from '../../lib/format.js';
import { parts, t } from '../../lib/i18n.js';
import { href } from '../../lib/router.js';
import { isOpen, statusOf } from '../bills.js';
import { icon } from './icons.js';

const MARKS = {
    PAID: 'good', PARTLY_REFUNDED: 'good', REFUNDED: 'quiet', PENDING: 'wait', OFFERED: 'wait',
    CREATED: 'wait', PUSHED: 'wait', HANDED_ON: 'wait', REJECTED: 'quiet', CLOSED: 'quiet',
    EXPIRED: 'quiet', DECLINED: 'quiet', RECALLED: 'quiet',
};

export function amountOf(bill) {
    return money(bill.amount, bill.currency);
}

// As large as there is room for: a number does not break.

export function largeAmount(bill) {
    const text = amountOf(bill);
    const size = text.length > 19 ? ' longest' : text.length > 12 ? ' long' : '';

    return h('p', { class: `amount huge${size}` }, text);
}

export function mark(bill) {
    const status = statusOf(bill);
    return h('span', { class: `mark ${MARKS[status] || 'quiet'}` }, t(`status.${status}`));
}

export function billRow(bill) {
    return h('a', { class: `line bill-line${isOpen(bill) ? ' due' : ''}`,
                    href: href(`/bills/${encodeURIComponent(bill.bill_id)}`) },
        h('span', { class: 'line-text' },
            bdi(bill.merchant, { class: 'line-title' }),
            bdi(bill.subject, { class: 'muted clip' })),
        h('span', { class: 'line-end' },
            h('span', { class: 'amount' }, amountOf(bill)),
            isOpen(bill) && bill.status !== 'OFFERED'
                ? h('span', { class: 'muted' }, time(bill.created_at))
                : mark(bill)));
}

// Who asks, how much, for what.

export function billHead(bill, level = 'h2') {
    return h('div', { class: 'bill-head' },
        h(level, {}, parts('bill.asks', { merchant: bdi(bill.merchant) })),
        largeAmount(bill),
        h('p', { class: 'subject' }, bdi(bill.subject)),
        bill.body && h('p', { class: 'muted' }, bdi(bill.body)),
        bill.handed_by && h('p', { class: 'note' }, icon('forward'),
            h('span', {}, parts('bill.handedBy', { phone: bdi(phone(bill.handed_by)) }))));
}
