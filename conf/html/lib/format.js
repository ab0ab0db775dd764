// Money, times and numbers as people read them.

import { locale, t } from './i18n.js';

const DAY = 86400000;

// Digits of ISO 4217 where they are not two.  Intl has those of daily use: none for
// HUF, IDR, PKR and others, so a bill would be shown a hundred times too large.
const DIGITS = {
    0: 'BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF',
    3: 'BHD IQD JOD KWD LYD OMR TND',
    4: 'CLF UYW',
};

let home = 'CNY';

export function useCurrency(currency) {
    home = currency || home;
}

// Minor units of ISO 4217.  A currency that is not the platform's shows its code:
// "¥" alone could be two of them.

export function money(minor, currency) {
    const digits = digitsOf(currency);
    const format = new Intl.NumberFormat(locale(), {
        style: 'currency', currency,
        minimumFractionDigits: digits, maximumFractionDigits: digits,
        currencyDisplay: currency === home ? 'narrowSymbol' : 'code',
    });

    return format.format(minor / 10 ** digits);
}

// 12.80, as people type it and spreadsheets read it.

export function plain(minor, currency) {
    return (minor / 10 ** digitsOf(currency)).toFixed(digitsOf(currency));
}

export function digitsOf(currency) {
    const digits = Object.keys(DIGITS).find((n) => DIGITS[n].includes(currency));

    return digits === undefined ? 2 : Number(digits);
}

export const currencyName = (currency) => new Intl.DisplayNames(locale(), { type: 'currency' }).of(currency);

export function time(iso) {
    const date = new Date(iso);
    const at = date.getTime();
    const midnight = new Date().setHours(0, 0, 0, 0);
    const clock = new Intl.DateTimeFormat(locale(), { hour: '2-digit', minute: '2-digit',
                                                      hourCycle: 'h23' }).format(date);

    if (at >= midnight && at < midnight + DAY) {
        return clock;
    }

    if (at >= midnight - DAY && at < midnight) {
        return t('time.yesterday', { clock });
    }

    const year = date.getFullYear() === new Date().getFullYear() ? undefined : 'numeric';
    const day = new Intl.DateTimeFormat(locale(), { year, month: 'short', day: 'numeric' });

    return `${day.format(date)} ${clock}`;
}

export function fullTime(iso) {
    return new Intl.DateTimeFormat(locale(), { dateStyle: 'medium', timeStyle: 'medium',
                                               hourCycle: 'h23' }).format(new Date(iso));
}

export const number = (n) => new Intl.NumberFormat(locale()).format(n);

// +86 138 0000 0001; other countries' numbers have no gaps.

export function phone(number) {
    const china = /^\+86(1\d{2})(\d{4})(\d{4})$/.exec(number);
    return china ? `+86 ${china[1]} ${china[2]} ${china[3]}` : number;
}

export function cardTail(number) {
    return `•••• ${number.slice(-4)}`;
}
