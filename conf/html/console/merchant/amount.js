// Amounts as people write them: 12.80, in minor units of ISO 4217.

import { locale } from '../../lib/i18n.js';

const digits = (currency) => new Intl.NumberFormat('en', { style: 'currency', currency })
    .resolvedOptions().maximumFractionDigits;

// null: not an amount.

export function toMinor(text, currency) {
    const found = new RegExp(`^(\\d{1,13})(?:[.,](\\d{1,${digits(currency) || 1}}))?$`).exec(text.trim());

    if (!found || found[2] && digits(currency) === 0) {
        return null;
    }

    const minor = Number(found[1] + (found[2] || '').padEnd(digits(currency), '0'));

    return minor > 0 ? minor : null;
}

export function fromMinor(minor, currency) {
    return (minor / 10 ** digits(currency)).toFixed(digits(currency));
}

export function currencyName(currency) {
    return new Intl.DisplayNames(locale(), { type: 'currency' }).of(currency);
}
