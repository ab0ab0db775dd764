// Merchants: the list, a new one, one with its keys.

import * as api from '../../../lib/api.js';
import { bdi, h, put } from '../../../lib/dom.js';
import { fullTime, money } from '../../../lib/format.js';
import { parts, t } from '../../../lib/i18n.js';
import * as router from '../../../lib/router.js';
import { copy, loading, problem } from '../../../app/elements/problem.js';
import { ask } from '../../../app/elements/sheet.js';
import { code, sure, when } from '../../shared/act.js';
import { form } from '../../../app/elements/form.js';
import { wrong } from '../../../lib/wrong.js';
import { facts, head, part, said } from '../../shared/head.js';
import { outcome } from '../../../lib/outcome.js';
import { table, timeColumn } from '../../shared/table.js';
import { saved, secretsOf, withSecret } from '../once.js';
import { pages } from './stuck.js';

const path = (id) => `/operator/merchants/${encodeURIComponent(id)}`;

const here = (id) => `/merchants/${encodeURIComponent(id)}`;

export function statusMark(status) {
    return h('span', { class: `mark ${status === 'ACTIVE' ? 'good' : 'quiet'}` },
             t(status === 'ACTIVE' ? 'merchants.active' : 'merchants.closed'));
}

export function merchants({ signal }) {
    const list = table({
        label: t('console.merchants'), none: t('merchants.none'), file: 'merchants',
        page: pages('/operator/merchants', 'merchants', signal),
        columns: [
            { label: t('merchants.name'), value: (row) => row.name,
              show: (row) => h('a', { href: router.href(here(row.merchant_id)) }, bdi(row.name)) },
            { label: t('merchants.id'), value: (row) => row.merchant_id, show: (row) => code(row.merchant_id) },
            { label: t('merchants.status'), value: (row) => row.status, show: (row) => statusMark(row.status) },
            { label: t('merchants.sign'), value: (row) => row.sign_type, show: (row) => code(row.sign_type) },
            { label: t('merchants.notify'), value: (row) => row.notify_url,
              show: (row) => row.notify_url && code(row.notify_url) },
            timeColumn(t('merchants.made'), 'created_at'),
        ],
    });

    list.load();

    return [
        head(t('console.merchants')),
        h('div', { class: 'row-acts' },
            h('a', { class: 'button primary', href: router.href('/merchant-new') }, t('merchants.add'))),
        secrets(signal),
        list,
    ];
}

// A key as PEM, or a secret that the platform makes.

const keyFields = () => [
    { name: 'public_key', label: t('merchants.publicKey'), hint: t('merchants.publicKeyHint'), rows: 5,
      secret: true, spellcheck: 'false' },
    { name: 'hmac', label: t('merchants.hmac'), type: 'checkbox' },
];

// A private key that was taken for the public one is neither sent nor kept.

export function refusePrivate(key) {
    if (/PRIVATE KEY/.test(key)) {
        throw wrong('merchants.private', 'public_key');
    }
}

/** @param {Record<string, any>} typed */

function keyOf({ public_key: key, hmac }) {
    refusePrivate(key);

    return hmac ? { sign_type: 'HMAC-SHA256' } : { public_key: key.trim() };
}

export function addMerchant({ signal }) {
    const place = outcome('added');

    return [
        head(t('merchants.add'), '/merchants'),
        place,
        secrets(signal),
        h('div', { class: 'columns' }, h('section', {}, form({
            name: 'merchant',
            fields: [
                { name: 'merchant_id', label: t('merchants.id'), hint: t('merchants.idHint'), required: true,
                  autofocus: true, spellcheck: 'false' },
                { name: 'name', label: t('merchants.name'), hint: t('merchants.nameHint'), required: true },
                { name: 'notify_url', label: t('merchants.notify'), hint: t('merchants.notifyHint'),
                  type: 'url' },
                ...keyFields(),
            ],
            submit: t('merchants.add'),
            act: async (typed) => {
                const id = typed.merchant_id.trim();
                const reply = await withSecret(id, () => api.post('/operator/merchants', {
                    merchant_id: id, name: typed.name.trim(), ...keyOf(typed),
                    ...typed.notify_url.trim() && { notify_url: typed.notify_url.trim() },
                }));

                place.show(() => said('good', parts('merchants.added', {
                    merchant: h('a', { href: router.href(here(reply.merchant_id)) }, bdi(reply.merchant_id)),
                })));
            },
        }))),
    ];
}

// Secrets that are not saved yet, of one merchant or of all.

/** @param {AbortSignal} signal @param {string} [merchant] */

function secrets(signal, merchant) {
    const place = h('div', { class: 'stack', role: 'status' });
    const draw = () => put(place, secretsOf(merchant).map(secret));

    document.addEventListener('console:secrets', draw, { signal });
    draw();

    return place;
}

function secret(one) {
    return h('div', { class: 'note once', 'data-merchant': one.merchant },
        h('span', {}, parts('merchants.secret', { merchant: bdi(one.merchant), key: bdi(one.key) })),
        code(one.secret),
        h('button', { type: 'button', class: 'link', onclick: (event) => copy(event.target, one.secret) },
            t('act.copy')),
        h('button', { type: 'button', class: 'link', onclick: () => saved(one) }, t('merchants.secretSaved')));
}

export function merchant({ params, signal }) {
    const body = h('div', { class: 'stack' });
    const told = outcome('merchant');
    const load = () => loading(body, () => api.get(path(params.id), { signal }), draw, 5);

    function draw(one) {
        put(body,
            facts([
                [t('merchants.name'), bdi(one.name)],
                [t('merchants.id'), code(one.merchant_id)],
                [t('merchants.status'), statusMark(one.status)],
                [t('merchants.sign'), code(one.sign_type)],
                [t('merchants.notify'), one.notify_url && code(one.notify_url)],
                [t('merchants.made'), fullTime(one.created_at)],
                ...(one.takings || []).map((taken) => [t('merchants.takings'), money(taken.amount, taken.currency)]),
                [t('merchants.currencies'), one.currencies.length > 0 && parts('merchants.currenciesOf', {
                    n: String(one.currencies.length),
                    list: bdi(one.currencies.map((used) => used.currency).join(', ')) })],
                ...limits(one),
            ]),
            h('div', { class: 'row-acts' },
                h('a', { class: 'button', href: router.href(`${here(one.merchant_id)}/payouts`) },
                    t('payouts.list')),
                h('a', { class: 'button', href: router.href(`${here(one.merchant_id)}/terminals`) },
                    t('terminals.list')),
                h('a', { class: 'button', href: router.href(`${here(one.merchant_id)}/keywords`) },
                    t('keywords.list')),
                switchButton(one, load), replayButton(one)),
            part(t('merchants.keys'), keyTable(one.keys)),
            told,
            h('div', { class: 'columns' }, keyForm(one, told, load), changeForm(one, told, load)));
    }

    load();

    return [head(t('merchants.title'), '/merchants'), secrets(signal, params.id), body];
}

function limits(one) {
    const count = (value) => value === undefined ? undefined : value === 0 ? t('merchants.noLimit') : String(value);

    return [
        [t('merchants.billMost'), count(one.bill_most)],
        [t('merchants.dayMost'), count(one.day_most)],
        [t('merchants.dayBills'), count(one.day_bills)],
    ];
}

function keyTable(keys) {
    const list = table({ label: t('merchants.keys'), none: t('merchants.noKeys'), columns: [
        { label: t('merchants.key'), value: (row) => row.key_id, show: (row) => code(row.key_id) },
        { label: t('merchants.kind'), value: (row) => row.kind, show: (row) => code(row.kind) },
        timeColumn(t('merchants.until'), 'until'),
        { label: t('merchants.used'), value: (row) => row.last_used_at,
          show: (row) => row.last_used_at ? when(row.last_used_at) : t('merchants.unused') },
    ] });

    list.show(keys);

    return list;
}

function switchButton(one, load) {
    const open = one.status === 'ACTIVE';
    const label = t(open ? 'merchants.disable' : 'merchants.enable');

    return h('button', { type: 'button', class: open && 'danger', onclick: async (event) => {
        const button = event.target;

        if (open && !await ask({ title: t('merchants.disableTitle'), yes: label,
                                 text: parts('merchants.disableText', { merchant: bdi(one.name) }) })) {
            return;
        }

        button.disabled = true;

        try {
            await api.post(path(one.merchant_id), { status: open ? 'CLOSED' : 'ACTIVE' });
            await load();
        } catch (error) {
            button.disabled = false;
            button.after(problem(error));
        }
    } }, label);
}

function replayButton(one) {
    const place = outcome('replayed', h('span', { role: 'status' }));
    const button = h('button', { type: 'button', onclick: async () => {
        button.disabled = true;

        try {
            const n = await replayAll(one);
            place.show(() => h('span', { class: 'mark good' }, t('merchants.replayed', { n })));
        } catch (error) {
            place.show(() => problem(error));
        }

        button.disabled = false;
    } }, t('merchants.replay'));

    return [button, place];
}

async function replayAll(one) {
    let before;
    let n = 0;

    do {
        const reply = await api.post(`${path(one.merchant_id)}/notices/replay`, before ? { before } : {});
        n += reply.replayed;
        before = reply.next_before;
    } while (before);

    return n;
}

function keyForm(one, told, load) {
    return h('section', {}, h('h2', {}, t('merchants.addKey')),
        h('p', { class: 'muted' }, t('merchants.addKeyText')),
        form({
            fields: [
                { name: 'key_id', label: t('merchants.key'), hint: t('merchants.keyHint'), required: true },
                ...keyFields(),
                { name: 'retire_others_in', label: t('merchants.retire'), hint: t('merchants.retireHint'),
                  inputmode: 'numeric' },
            ],
            submit: t('merchants.addKey'),
            act: async (typed) => {
                const retire = typed.retire_others_in.trim();

                if (retire) {
                    await sure({ title: t('merchants.retireTitle'), yes: t('merchants.addKey'),
                                 text: t('merchants.retireText', { s: retire }) });
                }

                const reply = await withSecret(one.merchant_id, () => api.post(`${path(one.merchant_id)}/keys`, {
                    key_id: typed.key_id.trim(), ...keyOf(typed),
                    ...retire && { retire_others_in: /^\d+$/.test(retire) ? Number(retire) : retire },
                }));

                await load();
                told.show(() => said('good', parts('merchants.keyAdded', { key: code(reply.key_id) })));
            },
        }));
}

function changeForm(one, told, load) {
    return h('section', {}, h('h2', {}, t('merchants.change')),
        form({
            fields: [
                { name: 'name', label: t('merchants.name'), hint: t('merchants.nameHint'), required: true,
                  defaultValue: one.name },
                { name: 'notify_url', label: t('merchants.notify'), hint: t('merchants.notifyEmpty'), type: 'url',
                  defaultValue: one.notify_url || '' },
            ],
            submit: t('merchants.save'),
            act: async ({ name, notify_url: url }) => {
                await api.post(path(one.merchant_id), { name: name.trim(), notify_url: url.trim() });
                await load();
                told.show(() => said('good', t('merchants.saved')));
            },
        }));
}
