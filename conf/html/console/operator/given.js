// What was typed into a form, as fields of a call: without what was left empty; amounts as
// numbers, so that they are signed and compared as such.

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
