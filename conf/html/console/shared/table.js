// A table: the head stays, the filter stands in the address, arrows go from row to row,
// and what is shown can be saved as CSV.  On a phone a row is a card.

import { bdi, h, put } from '../../lib/dom.js';
import { money, plain } from '../../lib/format.js';
import { t } from '../../lib/i18n.js';
import { loading } from '../../app/elements/problem.js';
import { csv, save } from './csv.js';

const STEPS = { ArrowDown: 1, ArrowUp: -1, Home: -Infinity, End: Infinity };

// columns: { label, value(row): what CSV and the filter see, show(row): the cell, if it is
// not the value, end: at the right, tight: in one line, inFile: in the CSV file only }.
// acts(row): buttons.  page(before, least): the next rows, { rows, next }; of such a table,
// one a view, the filter is in the address.  file: the name of the CSV file; without one
// there is neither filter nor CSV.  search: an input of the view that is the filter.  The
// element has show(rows, next), load(), turn(): loads other rows, those that were there are
// gone at once; filter(text), and now(): what it shows.

/**
 * @param {{ label: string, columns: Record<string, any>[], none: string, file?: string,
 *           noneShown?: string, acts?: (row: any) => unknown, search?: any, look?: string,
 *           page?: (before?: any, least?: number) => Promise<{ rows: any[], next?: any }> }} options
 */

export function table({ label, columns, none, noneShown, file, acts, page, search, look = '' }) {
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
    const element = h('section', { class: 'table-part' },
        file && h('div', { class: 'table-tools' }, !search && filter, count, saving),
        place);

    let rows = [];
    let next;
    let isThere = false;

    filter.value = page && new URLSearchParams(location.search).get('filter') || '';
    filter.addEventListener('input', () => element.filter(filter.value));

    function shown() {
        const words = (file ? filter.value : '').toLowerCase().split(/\s+/).filter(Boolean);

        return rows.filter((row) => {
            const text = seen.map((column) => `${column.value(row) ?? ''} ${said(column, row)}`)
                .join(' ').toLowerCase();
            return words.every((word) => text.includes(word));
        });
    }

    function draw() {
        if (!isThere) {
            return;                     // the filter is early
        }

        const list = shown();

        saving.disabled = false;
        count.textContent = t(next ? 'table.countMore' : 'table.count', { n: list.length, all: rows.length });

        put(place,
            list.length ? h('table', { class: `table ${look}`, role: 'table', 'aria-label': label },
                h('thead', { role: 'rowgroup' }, h('tr', { role: 'row' },
                    seen.map((column) => h('th', { scope: 'col', role: 'columnheader',
                                                      class: cellLook(column) }, column.label)),
                    acts && h('th', { scope: 'col', role: 'columnheader' }, t('table.acts')))),
                h('tbody', { role: 'rowgroup', onkeydown: move }, list.map(line)))
                : h('p', { class: 'empty muted' }, rows.length ? noneShown || t('table.noneShown') : none),
            next && h('button', { type: 'button', class: 'wide', onclick: more }, t('act.more')));
    }

    function line(row) {
        return h('tr', { role: 'row' },
            seen.map((column) => h('td', { role: 'cell', 'data-label': column.label,
                                              class: cellLook(column) },
                column.show ? column.show(row) : String(column.value(row) ?? ''))),
            acts && h('td', { role: 'cell', class: 'acts' }, acts(row)));
    }

    function more(event) {
        event.target.disabled = true;
        return loading(place, () => page(next), take);
    }

    function take(reply) {
        rows = [...rows, ...reply.rows];
        next = reply.next;
        isThere = true;
        draw();
    }

    element.show = (list, more) => {
        rows = [];
        take({ rows: list, next: more });
    };

    element.now = () => ({ rows, next, isThere, filter: filter.value });

    // as many as there are
    element.load = () => loading(place, () => page(undefined, rows.length), (reply) => {
        rows = [];
        take(reply);
    }, 5);

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
    const row = rows[Math.max(0, Math.min(rows.length - 1, at + step))];

    event.preventDefault();
    row.querySelector('a, button, summary')?.focus();
    row.scrollIntoView({ block: 'nearest' });
}
