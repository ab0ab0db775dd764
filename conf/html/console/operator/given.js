// What was typed into a form, as fields of a call: without what was left empty.

import { bdi } from '../../lib/dom.js';
import { money } from '../../lib/format.js';
import { toMinor } from '../shared/amount.js';
import { wrong } from '../../lib/wrong.js';

export function given(typed) {
    const fields = {};

    for (const [name, value] of Object.entries(typed)) {
        const text = typeof value === 'string' ? value.trim() : value;

        if (text !== '') {
            fields[name] = NUMBERS.has(name) && /^\d{1,15}$/.test(text) ? Number(text)
                : name === 'currency' ? text.toUpperCase() : text;
        }
    }

    return fields;
}

const NUMBERS = new Set(['retire_others_in']);

// An amount, as people write it, in minor units; it is asked for in a currency, which says
// how many of them there are.  least: as in toMinor().

export function inMinor(fields, name = 'amount', least = 1) {
    if (fields[name] === undefined) {
        return fields;
    }

    if (!fields.currency) {
        throw wrong('accounts.currencyMissing', 'currency');
    }

    const minor = toMinor(fields[name], fields.currency, least);

    if (minor === null) {
        throw wrong('accounts.badAmount', name);
    }

    return { ...fields, [name]: minor };
}

// What was typed may be no currency: the server says so.

export function amountText({ amount, currency }) {
    try {
        return money(amount, currency);
    } catch {
        return bdi(`${amount} ${currency}`);
    }
}
