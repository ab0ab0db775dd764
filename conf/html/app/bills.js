// The bills that this tab knows, in the order of the server's list.

import { get, now } from '../lib/api.js';

const OPEN = new Set(['CREATED', 'PUSHED', 'OFFERED']);

let list = [];
let next;
let loaded = false;

export function isOpen(bill) {
    return OPEN.has(bill.status) && bill.payment !== 'PENDING'
           && !(bill.expires_at && new Date(bill.expires_at).getTime() <= now());
}

export function statusOf(bill) {
    if (bill.payment === 'PENDING') {
        return 'PENDING';
    }

    return OPEN.has(bill.status) && !isOpen(bill) ? 'EXPIRED' : bill.status;
}

// What is known of a bill, and what is told of it now.  "payment" is told while a bank is
// asked, and no longer.

export const merge = (old, told) => ({ ...old, payment: undefined, ...told });

export const all = () => list;
export const isLoaded = () => loaded;
export const hasMore = () => next !== undefined;

export async function load(signal) {
    const page = await get('/pay/bills?limit=50', { signal });

    list = page.bills;
    next = page.bills.length === 50 ? page.next_before : undefined;
    loaded = true;
}

export async function loadMore(signal) {
    const page = await get(`/pay/bills?limit=50&before=${encodeURIComponent(next)}`, { signal });
    const known = new Set(list.map((bill) => bill.bill_id));

    list = list.concat(page.bills.filter((bill) => !known.has(bill.bill_id)));
    next = page.next_before;
}

// Those that wait to be paid.  A page of a state may be short, or empty, although there are
// more.

export async function open(before, signal) {
    let found = [];
    let from = before;
    let calls = 0;

    do {
        const page = await get('/pay/bills?state=OPEN&limit=50'
                               + (from ? `&before=${encodeURIComponent(from)}` : ''), { signal });

        found = found.concat(page.bills);
        from = page.next_before;
        calls++;
    } while (from && found.length < 50 && calls < 10);

    return { bills: found, next: from };
}

export async function one(id, signal) {
    const bill = await get(`/pay/bills/${encodeURIComponent(id)}`, { signal });

    note(bill, true);
    return bill;
}

// A reply or an event has told of a bill; whole: with all that can be known.

export function note(bill, whole = false) {
    const at = list.findIndex((other) => other.bill_id === bill.bill_id);

    if (at >= 0) {
        list[at] = merge(list[at], bill);
    } else if (loaded && bill.merchant !== undefined) {
        list.unshift(bill);
    }

    document.dispatchEvent(new CustomEvent('phone:bill', { detail: { id: bill.bill_id, whole } }));
}

export function forget() {
    list = [];
    next = undefined;
    loaded = false;
}
