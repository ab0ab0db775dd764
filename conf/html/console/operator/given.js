// What was typed into a form, as fields of a call: without what was left empty; amounts as
// numbers, so that they are signed and compared as such.

import { bdi } from '../../lib/dom.js';
import { money } from '../../lib/format.js';
import { t } from '../../lib/i18n.js';

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

const NUMBERS = new Set(['amount', 'balance', 'retire_others_in']);

// An amount is asked for in a currency, so that the question can name both.

export function withCurrency(fields) {
    if (fields.amount !== undefined && !fields.currency) {
        throw { name: 'Missing', text: t('form.missing', { field: t('accounts.currency') }), at: 'currency',
                code: 'MISSING', reply: {} };
    }

    return fields;
}

// What was typed may be no amount, or no currency: the server says so.

export function amountText({ amount, currency }) {
    try {
        return typeof amount === 'number' ? money(amount, currency) : bdi(amount);
    } catch {
        return bdi(`${amount} ${currency}`);
    }
}
