// A sheet from below (a window in the middle of a wide screen): one question at a
// time.  Focus stays in it and goes back to where it was.

import { h, put } from '../../lib/dom.js';
import { t } from '../../lib/i18n.js';
import { icon } from './icons.js';
import { moveToasts } from './toast.js';

let current = null;

export function isOpen() {
    return Boolean(current?.isOpen());
}

// openSheet(fn): show(element, label) puts a step into it; the first heading of the
// step gets the focus, unless something in it asks for it (autofocus).

/** @param {{ onclose?: (value?: unknown) => void }} [options] */

export function openSheet({ onclose } = {}) {
    current?.close();

    const body = h('div', { class: 'sheet-body' });
    const close = h('button', { type: 'button', class: 'plain sheet-close',
                                'aria-label': t('act.close'), onclick: () => dialog.close() },
                    icon('close'));
    const dialog = h('dialog', { class: 'sheet' }, close, body);
    const ended = new AbortController();

    dialog.addEventListener('close', () => {
        ended.abort();
        moveToasts(document.body, dialog);
        dialog.remove();
        current = current === sheet ? null : current;
        onclose?.();
    });

    const sheet = {
        signal: ended.signal,
        isOpen: () => dialog.open,
        close: () => dialog.open && dialog.close(),
        show(step) {
            put(body, step);

            const heading = step.querySelector('h2');
            heading.id = 'sheet-heading';
            dialog.setAttribute('aria-labelledby', heading.id);

            const wanted = step.querySelector('[autofocus]');
            if (!wanted) {
                heading.tabIndex = -1;
            }
            (wanted || heading).focus();
        },
    };

    document.body.append(dialog);
    dialog.showModal();
    moveToasts(dialog);
    current = sheet;

    return sheet;
}

// Asks once, in words that say what goes.  Resolves to true or false.

export function ask({ title, text, yes }) {
    return new Promise((resolve) => {
        let answer = false;
        const sheet = openSheet({ onclose: () => resolve(answer) });

        sheet.show(h('div', { class: 'step' },
            h('h2', {}, title),
            h('p', { class: 'muted' }, text),
            h('div', { class: 'row' },
                h('button', { type: 'button', onclick: () => sheet.close() }, t('act.keep')),
                h('button', { type: 'button', class: 'danger', onclick: () => {
                    answer = true;
                    sheet.close();
                } }, yes))));
    });
}

export function closeSheet() {
    current?.close();
}
