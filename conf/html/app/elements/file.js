// A field for a file, whose button and text are in the language of the page: those of the
// browser, in its own language, are there without being seen.

import { bdi, h, put } from '../../lib/dom.js';
import { t } from '../../lib/i18n.js';

// field: as in form.js

/** @param {Record<string, any>} field */

export function fileField(field) {
    const name = h('span', { class: 'muted clip' }, t('file.none'));

    return {
        ...field, type: 'file', class: 'file-input',
        onchange: ({ target }) => {
            put(name, target.files[0] ? bdi(target.files[0].name) : t('file.none'));
            target.form.addEventListener('reset', () => put(name, t('file.none')), { once: true });
        },
        after: h('div', { class: 'file', 'aria-hidden': 'true' },
                 h('span', { class: 'button' }, t('file.choose')), name),
    };
}
