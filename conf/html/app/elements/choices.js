// A field whose values stand below each other, one of which holds: [value, text, hint] each.

import { h } from '../../lib/dom.js';

// The element has the value and what else form.js asks of an input.

export function choices({ id, name, label, options, value }) {
    const radios = options.map(([of]) => h('input', { type: 'radio', name, value: of, checked: of === value,
                                                      'aria-labelledby': `${id}-${of}`,
                                                      'aria-describedby': `${id}-${of}-hint` }));
    const element = h('fieldset', { id, class: 'choices' },
        h('legend', {}, label),
        h('div', { class: 'lines' }, options.map(([of, text, hint], i) =>
            h('label', { class: 'line' }, radios[i], h('span', { class: 'line-text' },
                h('span', { id: `${id}-${of}` }, text),
                hint && h('span', { class: 'muted small', id: `${id}-${of}-hint` }, hint))))));

    return Object.defineProperty(Object.assign(element, { defaultValue: value }), 'value', {
        get: () => radios.find((radio) => radio.checked)?.value || '',
        set: (now) => radios.forEach((radio) => { radio.checked = radio.value === now; }),
    });
}
