// Rows as a file for a spreadsheet.  What a spreadsheet would take for a formula
// begins with an apostrophe; a number, and a phone number, is none.

const FORMULA = /^(?:[=@\t\r]|[+-](?!\d+(?:\.\d+)?$))/;

export function csv(rows) {
    return `\ufeff${rows.map((row) => `${row.map(field).join(',')}\r\n`).join('')}`;
}

function field(value) {
    const text = String(value ?? '');
    const safe = FORMULA.test(text) ? `'${text}` : text;

    return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

// The rows of such a file (RFC 4180), at most so many of them.

export function parseCsv(text, most = Infinity) {
    const rows = [];
    const field = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r?\n|$)/y;
    let row = [];

    while (field.lastIndex < text.length && rows.length < most) {
        const found = field.exec(text);

        if (!found) {
            break;                      // no CSV from here on
        }

        row.push(found[1] === undefined ? found[2] : found[1].replaceAll('""', '"'));

        if (found[3] !== ',') {
            rows.push(row);
            row = [];
        }
    }

    return rows;
}

export function save(name, text) {
    const link = document.createElement('a');

    link.href = URL.createObjectURL(new Blob([text], { type: 'text/csv' }));
    link.download = name;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10000);
}
