// Statements: the movements of a day, as the platform has closed it.  What was closed never
// changes, so a day is asked for once.

import { call, current, file, wait } from './calls.js';
import { parseCsv } from '../shared/csv.js';

const HEAD = 64;                        // lines: more than a header has

const kept = new Map();

export function forgetDays() {
    kept.clear();
}

// The day n days before today, here.

export function dayBefore(n) {
    const date = new Date();

    date.setDate(date.getDate() - n);
    return [date.getFullYear(), date.getMonth() + 1, date.getDate()]
        .map((part) => String(part).padStart(2, '0')).join('-');
}

// { day, text, sha256, zone, rows, totals }; without a text: until, when the day can be
// asked for, or before, it is before the first day of the merchant.  A statement that is
// being made is waited for.

/**
 * @param {string} day
 * @param {{ signal?: AbortSignal, onWait?: (done: number) => void }} options
 */

export async function statementOf(day, { signal, onWait }) {
    const key = `${current().merchant} ${day}`;

    while (!kept.has(key)) {
        try {
            kept.set(key, readStatement(day, await file('statement.create', { date: day }, { signal })));
        } catch (error) {
            if (error.code === 'PARAM_INVALID' && error.field === 'date') {
                return { day, before: true };
            }

            if (error.code !== 'STATEMENT_NOT_READY') {
                throw error;
            }

            if (error.reply.until) {
                return { day, until: error.reply.until };
            }

            onWait?.(error.reply.done);
            await wait(signal);
        }
    }

    return kept.get(key);
}

function readStatement(day, { text, sha256 }) {
    const said = parseCsv(text, HEAD).filter(([name]) => name.startsWith('#'));
    const value = (wanted) => said.find(([name]) => name === wanted)?.[1];

    return {
        day, text, sha256, zone: value('#zone'), rows: Number(value('#rows')),
        totals: said.filter(([name]) => name === '#total').map(([, currency, kind, n, sum]) =>
            ({ currency, kind, n: Number(n), sum: Number(sum) })),
    };
}

// The rows of a file with a header, by their names; at most so many.

export function rowsOf(text, most) {
    const [names, ...rows] = parseCsv(text, most + HEAD).filter(([first]) => !first.startsWith('#'));

    return rows.slice(0, most).map((row) => Object.fromEntries(names.map((name, i) => [name, row[i] ?? ''])));
}

// Every payout, a page after the other; at most a thousand.

export async function payouts(signal) {
    const rows = [];
    let before;

    do {
        const reply = await call('payout.list', { limit: 50, before }, { signal });
        rows.push(...reply.payouts);
        before = reply.next_before;
    } while (before && rows.length < 1000);

    return rows;
}
