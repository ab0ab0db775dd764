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

export function save(name, text) {
    const link = document.createElement('a');

    link.href = URL.createObjectURL(new Blob([text], { type: 'text/csv' }));
    link.download = name;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10000);
}
