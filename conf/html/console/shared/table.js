// A table: the head stays, the filter stands in the address, arrows go from row to row,
// and what is shown can be saved as CSV.  On a phone a row is a card.

import { arrange, bdi, h, put } from '../../lib/dom.js';
import { money, plain } from '../../lib/format.js';
import { t } from '../../lib/i18n.js';
import { loading } from '../../app/elements/problem.js';
import { when } from './act.js';
import { csv, save } from './csv.js';
import { ofPage } from '../../lib/kept.js';

const STEPS = { ArrowDown: 1, ArrowUp: -1, Home: -Infinity, End: Infinity };

// columns: { label, value(row): what CSV and the filter see, show(row): the cell, if it is
// not the value, end: at the right, tight: in one line, inFile: in the CSV file only }.
// acts(row): buttons.  page(before, least): the next rows, { rows, next }; of such a table,
// one a view, the filter is in the address.  file: the name of the CSV file; without one
// there is neither filter nor CSV.  id(row): what a row is known by; what has not changed
// of a row that was there stays as it is, with its focus.  search: an input of the view that
// is the filter.  The element has show(rows, next), load(), turn(): loads other rows, those
// that were there are gone at once; refresh(call): the newest rows, as of now; filter(text),
// and now(): what it shows.

/**
 * @param {{ label: string, columns: Record<string, any>[], none: string, file?: string,
 *           noneShown?: string, acts?: (row: any) => unknown, search?: any, look?: string,
 *           id?: (row: any) => string,
 *           page?: (before?: any, least?: number) => Promise<{ rows: any[], next?: any }> }} options
 */

export function table({ label, columns, none, noneShown, file, acts, page, search, id, look = '' }) {
    const seen = columns.filter(({ inFile }) => !inFile);
    const filter = search || h('input', {
        type: 'search', 'aria-label': t('table.filter'), placeholder: t('table.filter'),
    });
    const count = h('span', { class: 'muted small', role: 'status' });
    const place = h('div', { class: 'stack' });
    const saving = h('button', { type: 'button', disabled: true, onclick: () => save(`${file}.csv`, csv([
        columns.map((column) => column.label),
        ...shown().map((row) => columns.map((column) => column.value(row))),
    ])) }, t('table.csv'));
    const body = h('tbody', { role: 'rowgroup', onkeydown: move });
    const grid = h('table', { class: `table ${look}`, role: 'table', 'aria-label': label },
        h('thead', { role: 'rowgroup' }, h('tr', { role: 'row' },
            seen.map((column) => h('th', { scope: 'col', role: 'columnheader', class: cellLook(column) },
                                   column.label)),
            acts && h('th', { scope: 'col', role: 'columnheader', class: 'end' }, t('table.acts')))),
        body);
    const nothing = h('p', { class: 'empty muted' });
    const further = h('button', { type: 'button', class: 'wide', onclick: more }, t('act.more'));
    const element = h('section', { class: 'table-part' },
        file && h('div', { class: 'table-tools' }, !search && filter, count, saving),
        place);

    // what has come, for the other language; turns: how often other rows were asked for
    const kept = page && file ? ofPage(`table ${file}`, () => ({})) : {};
    const lines = new Map();
    let rows = [];
    let next;
    let isThere = false;
    let turns = 0;

    filter.value = page && new URLSearchParams(location.search).get('filter') || '';
    filter.addEventListener('input', () => element.filter(filter.value));

    function shown() {
        const words = (file ? filter.value : '').toLowerCase().split(/\s+/).filter(Boolean);

        return rows.filter((row) => {
            const text = columns.map((column) => `${column.value(row) ?? ''} ${said(column, row)}`)
                .join(' ').toLowerCase();
            return words.every((word) => text.includes(word));
        });
    }

    function draw() {
        if (!isThere) {
            return;                     // the filter is early
        }

        const list = shown();
        const text = t(next ? 'table.countMore' : 'table.count', { n: list.length, all: rows.length });

        saving.disabled = false;
        further.disabled = false;

        if (count.textContent !== text) {
            count.textContent = text;
        }

        nothing.textContent = rows.length ? noneShown || t('table.noneShown') : none;

        const at = [...body.rows].findIndex((row) => row.contains(document.activeElement));

        arrange(body, list.map(line));
        arrange(place, [list.length ? grid : nothing, next && further].filter(Boolean));

        if (at >= 0 && !body.contains(document.activeElement)) {
            focusRow([...body.rows], at);       // the row that had it is gone
        }
    }

    const idOf = (row) => (id ? id(row) : rows.indexOf(row));

    function line(row) {
        const text = JSON.stringify(row);
        const one = lines.get(idOf(row)) || { tr: h('tr', { role: 'row' }), text: '' };

        if (one.text !== text) {
            one.text = text;
            put(one.tr, cells(row));
        }

        lines.set(idOf(row), one);
        return one.tr;
    }

    function cells(row) {
        return [
            seen.map((column) => h('td', { role: 'cell', 'data-label': column.label, class: cellLook(column) },
                column.show ? column.show(row) : String(column.value(row) ?? ''))),
            acts && h('td', { role: 'cell', class: 'acts' }, acts(row)),
        ];
    }

    function more(event) {
        event.target.disabled = true;
        turns++;
        return loading(place, () => page(next), (reply) => take([...rows, ...reply.rows], reply.next));
    }

    function take(list, after) {
        rows = list;
        next = after;
        isThere = true;
        Object.assign(kept, { rows, next });

        const there = new Set(rows.map(idOf));

        [...lines.keys()].filter((key) => !there.has(key)).forEach((key) => lines.delete(key));
        draw();
    }

    element.show = take;

    element.now = () => ({ rows, next, isThere, filter: filter.value });

    // as many as there are; in the other language those that are there
    element.load = async () => {
        if (!isThere && kept.rows) {
            return take(kept.rows, kept.next);
        }

        turns++;
        return loading(place, () => page(undefined, rows.length), (reply) => take(reply.rows, reply.next), 5);
    };

    // The rows behind the newest ones stay, unless there may be others between.
    element.refresh = async (call) => {
        const was = turns;
        const reply = await call();

        if (isThere && was === turns) {
            const last = rows.findIndex((row) => reply.rows.length > 0 && idOf(row) === id(reply.rows.at(-1)));

            if (last < 0 || !reply.next) {
                take(reply.rows, reply.next);
            } else {
                take([...reply.rows, ...rows.slice(last + 1)], next);
            }
        }
    };

    element.filter = (text) => {
        filter.value = text;
        if (page) {
            keep(text);
        }
        draw();
    };

    element.turn = () => {
        rows = [];
        next = undefined;
        isThere = false;
        delete kept.rows;
        saving.disabled = true;
        count.textContent = '';
        put(place);

        return element.load();
    };

    return element;
}

// An amount as people read it; in a file it is a number, and its currency has a column.
// of(row): { amount, currency }.

export function amountColumn(label, of) {
    const as = (row, format) => {
        const { amount, currency } = of(row);

        return /^-?\d+$/.test(amount) && /^[A-Z]{3}$/.test(currency) ? format(Number(amount), currency) : amount;
    };

    return { label, end: true, value: (row) => as(row, plain),
             show: (row) => of(row).amount !== undefined && bdi(as(row, money)) };
}

// name: a member of the row.

export function timeColumn(label, name) {
    return { label, tight: true, value: (row) => row[name], show: (row) => row[name] && when(row[name]) };
}

export function currencyColumn(of, label = t('table.currency')) {
    return { label, value: (row) => of(row).currency, inFile: true };
}

/** @param {Record<string, any>} column */

const cellLook = ({ end, tight }) => (end ? 'end' : tight && 'tight');

function said(column, row) {
    const cell = column.show?.(row);
    return cell instanceof Node ? cell.textContent : cell ?? '';
}

function keep(text) {
    const query = new URLSearchParams(location.search);

    if (text) {
        query.set('filter', text);
    } else {
        query.delete('filter');
    }

    history.replaceState(null, '', location.pathname + (query.size ? `?${query}` : ''));
}

function move(event) {
    const step = STEPS[event.key];

    if (step === undefined || event.altKey || event.ctrlKey || event.metaKey) {
        return;
    }

    const rows = [...event.currentTarget.rows];
    const at = rows.indexOf(event.target.closest('tr'));

    event.preventDefault();
    focusRow(rows, at + step)?.scrollIntoView({ block: 'nearest' });
}

function focusRow(rows, at) {
    const row = rows[Math.max(0, Math.min(rows.length - 1, at))];

    row?.querySelector('a, button, summary')?.focus({ preventScroll: true });
    return row;
}
