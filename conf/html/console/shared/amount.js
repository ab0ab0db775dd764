// Amounts as people write them: 12.80, in minor units of ISO 4217.

import { digitsOf } from '../../lib/format.js';

// null: not an amount.  least: 1, unless nothing is an amount as well.

export function toMinor(text, currency, least = 1) {
    const found = new RegExp(`^(\\d{1,13})(?:[.,](\\d{1,${digitsOf(currency) || 1}}))?$`).exec(text.trim());

    if (!found || found[2] && digitsOf(currency) === 0) {
        return null;
    }

    const minor = Number(found[1] + (found[2] || '').padEnd(digitsOf(currency), '0'));

    return minor >= least ? minor : null;
}
