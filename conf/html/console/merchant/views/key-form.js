// A key is made in this browser, and its public half is shown for the operator.

import { bdi, h } from '../../../lib/dom.js';
import { parts, t } from '../../../lib/i18n.js';
import { get } from '../../../lib/api.js';
import { copy } from '../../../app/elements/problem.js';
import { code } from '../../shared/act.js';
import { save } from '../../shared/csv.js';
import { form } from '../../../app/elements/form.js';
import { wrong } from '../../../lib/wrong.js';
import { idOf, keep, stored } from '../keyring.js';
import { fingerprint, makeKey } from '../sign.js';

const NAME = /^[A-Za-z0-9_.-]{1,32}$/;

// options: merchant, if it is known; done(draw), after it was made and kept: draw() makes
// what the operator needs.

/** @param {{ merchant?: string, done: (draw: () => Element) => unknown }} options */

export function keyForm({ merchant, done }) {
    return form({
        fields: [
            ...merchant ? [] : [{ name: 'merchant_id', label: t('enter.merchant'), required: true,
                                  spellcheck: 'false', autocapitalize: 'none' }],
            { name: 'key_id', label: t('keys.newId'), hint: t('keys.newIdHint'), required: true,
              spellcheck: 'false', autocapitalize: 'none' },
        ],
        submit: t('keys.make'),
        act: async ({ merchant_id: typed, key_id: keyId }) => {
            const entry = { merchant: merchant || typed.trim(), keyId: keyId.trim() };

            await refuse(entry);
            const key = await makeKey(await typeOfPlatform());
            await keep({ ...entry, ...key, made: new Date().toISOString(), platform: [] });
            await done(await announced({ ...entry, ...key }));
        },
    });
}

async function refuse(entry) {
    if (!NAME.test(entry.merchant)) {
        throw wrong('keys.badMerchant', 'merchant_id');
    }

    if (!NAME.test(entry.keyId)) {
        throw wrong('keys.badId', 'key_id');
    }

    if ((await stored()).some(({ id }) => id === idOf(entry))) {
        throw wrong('keys.idTaken', 'key_id');
    }
}

// Ed25519 where the platform signs with it and the browser knows it.

async function typeOfPlatform() {
    const { keys } = await get('/pay/keys');
    const signs = keys.some((key) => key.status === 'CURRENT' && key.sign_types.split(' ').includes('Ed25519'));

    return signs && await makeKey('Ed25519').then(() => true, () => false) ? 'Ed25519' : 'RSA2';
}

// What the operator needs: a function that draws it.

export async function announced(entry) {
    const sum = await fingerprint(entry.public);

    return () => h('section', { class: 'cause wait announced' },
        h('h3', {}, parts('keys.send', { key: bdi(entry.keyId), merchant: bdi(entry.merchant) })),
        h('pre', { class: 'code', tabindex: 0, 'aria-label': t('keys.public') }, bdi(entry.public)),
        h('p', {}, t('keys.sha256'), ' ', code(sum)),
        h('div', { class: 'row-acts' },
            h('button', { type: 'button', onclick: (event) => copy(event.target, entry.public) }, t('act.copy')),
            h('button', { type: 'button', onclick: () => save(`${entry.merchant}-${entry.keyId}.pub`, entry.public) },
                t('keys.savePublic'))));
}
