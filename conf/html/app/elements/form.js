// A form: labels, one button that says what happens, errors at their fields, typed
// text that survives a reload.  Secret fields are never kept.

import { h, put } from '../../lib/dom.js';
import { draft, unique } from '../../lib/store.js';
import { t } from '../../lib/i18n.js';
import { choices } from './choices.js';
import { problem, sentence } from './problem.js';
import { keepSent } from './sent.js';

let serial = 0;

// fields: { name, label, type, hint, secret, rows, options ([value, text] each), after (an
// element below it), unless, choices (as in choices.js), isRest, ... attributes of the input }
// unless: a file; with one the field is not required.  maxlength: more than that can be pasted,
// and is said.  items(text): the parts of a list, one of which the server may refuse.
// act(values, once): sends it; what it throws is shown.  A call that gets once as an option
// is done once, however often it is sent, until the person changes something.
// label: the name that a screen reader says, if it is not that of the button.  rest: what the
// fields are called that are not seen at once, those with isRest.

/**
 * @param {{ name?: string, fields: Record<string, any>[], submit: string, danger?: boolean,
 *           act: (values: Record<string, any>, once: Once) => Promise<unknown>, more?: Node,
 *           label?: string, rest?: string }} options
 */

export function form({ name, fields, submit, act, danger, more, label = submit, rest }) {
    const outcome = keepSent(fields, act);
    const kept = name ? draft.get(name) : {};
    const general = h('div', { class: 'form-problem', role: 'alert' });
    const inputs = {};
    const button = h('button', { class: danger ? 'danger wide' : 'primary wide' }, submit);

    const keep = () => name && draft.set(name, Object.fromEntries(
        fields.filter((field) => !field.secret && field.type !== 'checkbox' && field.type !== 'file')
            .map((field) => [field.name, inputs[field.name].value])));

    const hasFile = () => fields.some((field) => field.type === 'file' && inputs[field.name].files.length);
    const once = onceFor(name, hasFile);

    const element = h('form', { novalidate: true, class: 'form', 'aria-label': label, oninput: ({ target }) => {
        once.end();
        keep();
        watchLength(fields.find(({ name: of }) => inputs[of] === target), target);
    } },
        fields.filter(({ isRest }) => !isRest).map((field) => line(field, inputs, kept)),
        rest && h('details', {}, h('summary', {}, rest),
            fields.filter(({ isRest }) => isRest).map((field) => line(field, inputs, kept))),
        general, more, button);

    element.addEventListener('submit', async (event) => {
        event.preventDefault();
        if (button.disabled) {
            return;
        }

        clear(inputs, general);

        const empty = fields.find((field) => field.required && !inputs[field.name].value.trim()
                                             && !(field.unless && inputs[field.unless].value));
        if (empty) {
            return refuse(inputs[empty.name], t('form.missing', { field: empty.label }));
        }

        const long = fields.find((field) => tooLong(field, inputs[field.name].value));
        if (long) {
            return refuse(inputs[long.name], tooLong(long, inputs[long.name].value));
        }

        const at = document.activeElement;
        const focused = at instanceof HTMLElement && element.contains(at) ? at : null;

        button.disabled = true;
        element.setAttribute('aria-busy', 'true');

        const sent = values(fields, inputs);

        try {
            await outcome.act(sent, once, element);
            if (name) {
                draft.clear(name);
            }
            if (empties(fields, inputs, sent)) {
                element.reset();
            } else {
                keep();
            }
        } catch (error) {
            show(error, inputs, general, fields);
        } finally {
            button.disabled = false;
            element.removeAttribute('aria-busy');

            // a disabled button has no focus
            if (focused?.isConnected && document.activeElement === document.body) {
                focused.focus({ preventScroll: true });
            }
        }
    });

    element.inputs = inputs;
    outcome.watch(element);

    return element;
}

// A form that shows what is stored: what was typed into it before is there still ("kept"), or
// is forgotten because something else is stored now ("dropped").

export function resume(name, values) {
    const kept = draft.get(name);
    const began = draft.get(`${name}.base`);
    const isTyped = Object.keys(kept).some((key) => kept[key] !== String(values[key] ?? ''));

    if (isTyped && JSON.stringify(began) === JSON.stringify(values)) {
        return 'kept';
    }

    draft.clear(name);
    draft.set(`${name}.base`, values);

    return isTyped ? 'dropped' : '';
}

// What resume() has found, in words; discard() shows what is stored.

export function unsaved(found, name, discard) {
    return found && h('p', { class: 'note', role: 'status' },
        h('span', { class: 'line-text' }, t(found === 'kept' ? 'draft.kept' : 'draft.dropped')),
        found === 'kept' && h('button', { type: 'button', class: 'link', onclick: () => {
            draft.clear(name);
            discard();
        } }, t('draft.discard')));
}

// The Idempotency-Key of what is in a form; it outlives a reload, as the text does, and
// files do not.

/** @typedef {{ keyOf: (path: string) => string, end: () => void }} Once */

function onceFor(name, hasFile) {
    let kept = name ? draft.get(`${name}.once`) : {};

    return {
        keyOf(path) {
            if (kept.path !== path) {
                kept = { path, key: unique() };
                if (name && !hasFile()) {
                    draft.set(`${name}.once`, kept);
                }
            }
            return kept.key;
        },
        end() {
            if (kept.path) {
                kept = {};
                if (name) {
                    draft.clear(`${name}.once`);
                }
            }
        },
    };
}

// Takes away what was sent; what was typed or chosen meanwhile stays: then false.

function empties(fields, inputs, sent) {
    const now = values(fields, inputs);
    const same = fields.filter(({ name }) => now[name] === sent[name]);

    if (same.length === fields.length) {
        return true;
    }

    for (const { name, type } of same) {
        if (type === 'checkbox') {
            inputs[name].checked = inputs[name].defaultChecked;
        } else {
            inputs[name].value = inputs[name].defaultValue || '';
        }
    }

    return false;
}

function values(fields, inputs) {
    return Object.fromEntries(fields.map(({ name, type }) =>
        [name, type === 'checkbox' ? inputs[name].checked
               : type === 'file' ? inputs[name].files[0] : inputs[name].value]));
}

function line(field, inputs, kept) {
    const { name, label, hint, secret, required, unless, rows, options, after, value, items, maxlength,
            choices: some, isRest, ...attributes } = field;
    const id = `field-${++serial}`;

    if (some) {
        inputs[name] = choices({ id, name, label, options: some, value: kept[name] ?? value });
        return inputs[name];
    }

    const input = h(rows ? 'textarea' : options ? 'select' : 'input', {
        id, name, rows, maxlength: secret ? maxlength : undefined, 'aria-required': required ? 'true' : undefined,
        'aria-describedby': `${id}-hint ${id}-problem`, ...attributes,
    }, options?.map(([of, text]) => h('option', { value: of }, text)));

    if (value !== undefined) {
        input.value = value;
    }

    if (!secret && kept[name] !== undefined) {
        input.value = kept[name];
    }

    inputs[name] = input;

    if (attributes.type === 'checkbox') {
        return h('label', { class: 'check' }, input, h('span', {}, label));
    }

    return h('div', { class: 'field' },
        h('label', { for: id }, label),
        h('p', { class: 'hint', id: `${id}-hint` }, hint),
        input,
        after,
        h('p', { class: 'problem-text', id: `${id}-problem` }));
}

function clear(inputs, general) {
    put(general);

    for (const input of Object.values(inputs)) {
        input.removeAttribute('aria-invalid');
        const place = document.getElementById(`${input.id}-problem`);
        if (place) {
            place.textContent = '';
        }
    }
}

function refuse(input, text) {
    mark(input, text);
    input.closest('details')?.toggleAttribute('open', true);
    input.focus();
}

function mark(input, text) {
    const place = document.getElementById(`${input.id}-problem`);

    place.textContent = text;
    input.setAttribute('aria-invalid', 'true');
}

/** @param {Record<string, any>} field @param {string} value */

function tooLong({ secret, maxlength }, value) {
    const n = maxlength && !secret ? [...value].length : 0;

    return n > maxlength ? t('form.tooLong', { n: String(n), most: String(maxlength) }) : '';
}

// Said while one types, and taken back when it is short enough.

function watchLength(field, input) {
    const text = field ? tooLong(field, input.value) : '';

    if (text) {
        mark(input, text);
        input.dataset.long = '';
    } else if (input.dataset.long === '') {
        delete input.dataset.long;
        input.removeAttribute('aria-invalid');
        document.getElementById(`${input.id}-problem`).textContent = '';
    }
}

// "to[2]" is the third of the items in the field.

/** @param {any} error @param {any} input @param {Record<string, any>} field */

function refuseItem(error, input, { items }) {
    const [, n] = /\[(\d+)\]$/.exec(error.field || '') || [];
    const item = n && items?.(input.value)[Number(n)];

    refuse(input, item ? t('form.item', { item, text: sentence(error) }) : sentence(error));

    if (item) {
        const at = input.value.indexOf(item);
        input.setSelectionRange(at, at + item.length);
    }
}

function show(error, inputs, general, fields) {
    if (error.name === 'AbortError') {
        return;                         // the person has turned back
    }

    const name = error.field?.replace(/\[.*/, '');
    const input = inputs[error.at || name];

    if (input && input.type !== 'checkbox') {
        refuseItem(error, input, fields.find(({ name: of }) => inputs[of] === input));
        return;
    }

    put(general, problem(error));
}
