// How a merchant gets in: with a key that this browser keeps, with one that is opened for
// this tab, or with one that is made here.

import { bdi, h, put } from '../../../lib/dom.js';
import { fullTime } from '../../../lib/format.js';
import { t } from '../../../lib/i18n.js';
import * as router from '../../../lib/router.js';
import { draft, tab } from '../../../lib/store.js';
import { fileField } from '../../../app/elements/file.js';
import { icon } from '../../../app/elements/icons.js';
import { problem } from '../../../app/elements/problem.js';
import { form } from '../../../app/elements/form.js';
import { wrong } from '../../../lib/wrong.js';
import { languageButton } from '../../shared/head.js';
import { outcome } from '../../../lib/outcome.js';
import { open, typist } from '../calls.js';
import { keep, stored } from '../keyring.js';
import { privateKey } from '../sign.js';
import { keyForm } from './key-form.js';

export function enterPage() {
    const place = h('div', { class: 'stack' });

    if (window.crypto?.subtle) {
        show(place);
    } else {
        put(place, h('p', { class: 'cause bad' }, icon('alert'), h('span', {}, t('enter.insecure'))));
    }

    return h('div', { class: 'login' },
        h('div', { class: 'login-top' }, h('span', { class: 'emblem' }, icon('shop')), languageButton()),
        h('h1', {}, t('shop.name')),
        place);
}

async function show(place) {
    const entries = await stored();
    const made = outcome('made');

    put(place,
        entries.length > 0 && h('section', { class: 'stack' }, h('h2', {}, t('enter.kept')),
            entries.map((entry) => keptKey(entry))),
        made,
        h('section', { class: 'stack' }, h('h2', {}, t('enter.use')), useForm()),
        h('details', {}, h('summary', {}, t('enter.make')),
            h('div', { class: 'stack' }, h('p', { class: 'muted' }, t('enter.makeText')),
                keyForm({ done: (draw) => {
                    made.show(draw);
                    return show(place);
                } }))));

    if (!document.activeElement?.matches('.language')) {
        place.querySelector('button, input')?.focus();
    }
}

function keptKey(entry) {
    const place = h('div', { role: 'status' });

    return h('div', { class: 'stack' },
        h('button', { type: 'button', class: 'wide', onclick: async (event) => {
            event.currentTarget.disabled = true;

            try {
                await enter(entry, true);
            } catch (error) {
                put(place, problem(error));
                place.previousSibling.disabled = false;
            }
        } }, icon('key'), h('span', {}, bdi(entry.merchant), ' · ', bdi(entry.keyId || '–')),
        h('span', { class: 'muted small' }, fullTime(entry.made))),
        place);
}

function useForm() {
    const element = form({
        name: 'enter',
        fields: [
            { name: 'merchant_id', label: t('enter.merchant'), required: true, autocomplete: 'username',
              spellcheck: 'false', autocapitalize: 'none' },
            { name: 'key_id', label: t('enter.keyId'), hint: t('enter.keyIdHint'), spellcheck: 'false',
              autocapitalize: 'none' },
            { name: 'key', label: t('enter.key'), hint: t('enter.keyHint'), rows: 3, secret: true,
              spellcheck: 'false', autocomplete: 'off' },
            fileField({ name: 'file', label: t('enter.file'), secret: true }),
            { name: 'keep', label: t('enter.keep'), type: 'checkbox' },
        ],
        submit: t('enter.do'),
        act: async (typed) => {
            const [file] = element.inputs.file.files;
            const text = file && file.size < 16384 ? await file.text() : typed.key;
            const at = file ? 'file' : 'key';
            let key;

            try {
                key = await privateKey(text);
            } catch (error) {
                throw wrong(WRONG[error.message] || 'enter.isNone', at);
            }

            await enter({ ...key, merchant: typed.merchant_id.trim(), keyId: typed.key_id.trim(),
                          made: new Date().toISOString(), platform: [] }, typed.keep);
        },
    });

    return element;
}

const WRONG = { public: 'enter.isPublic', encrypted: 'enter.isEncrypted' };

// Shown as it is: what is refused names what is to be done.

async function enter(entry, keeps) {
    const shop = await open(entry);

    draft.forget();
    draft.of(typist());

    if (keeps) {
        tab.set('shop', (await keep(shop)));
    }

    router.again({ keeps: false });
}

export function forgetEntered() {
    tab.set('shop', null);
}
