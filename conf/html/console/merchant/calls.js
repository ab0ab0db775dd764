// The merchant's calls: signed here, with the key of this tab; the reply is shown only if
// the platform has signed it for this call.  docs/protocol.md

import { again, answered, get, Refusal, retryAfter } from '../../lib/api.js';
import { fullTime, useCurrency } from '../../lib/format.js';
import { has, t } from '../../lib/i18n.js';
import { unique } from '../../lib/store.js';
import { NotGenuine, publicKey, sha256, signed, verifyReply } from './sign.js';

const PATHS = {
    'bill.create': '/pay/bill', 'bill.query': '/pay/query', 'bill.close': '/pay/close',
    'refund.create': '/pay/refund', 'refund.query': '/pay/refund/query', 'balance.query': '/pay/balance',
    'statement.create': '/pay/statement', 'reconcile.create': '/pay/reconcile',
    'reconcile.query': '/pay/reconcile/query', 'reconcile.file': '/pay/reconcile/file',
    'payout.list': '/pay/payouts', 'notice.list': '/pay/notices', 'notice.replay': '/pay/notices/replay',
    'notice.check': '/pay/notices/check', 'key.list': '/pay/keys', 'bill.made': '/pay/bills',
};

const WAIT = 1000;
const FILE_PATIENCE = 120000;

let shop = null;
let platform = [];

export const isOpen = () => shop !== null;

// { merchant, keyId, type, sign, ... } of keyring.js

export const current = () => shop;

// Whose drafts there are: of the entrance, before one is in.

export const typist = () => `shop:${shop ? shop.merchant : ''}:`;

export const platformKeys = () => platform;

// The key is tried with a call that reads, before it is taken.  One without an id is the
// only one of the merchant; its id is needed once there is a second one.

export async function open(entry) {
    platform = (await get('/pay/keys')).keys;
    const { currency } = await call('balance.query', {}, { as: entry });
    const { keys } = entry.keyId ? { keys: [] } : await call('key.list', {}, { as: entry });
    const seen = platform.map(({ sha256: sum }) => sum);

    resume({ ...entry, currency, keyId: entry.keyId || keys[0].key_id,
             platform: entry.platform?.length ? entry.platform : seen });

    return shop;
}

// After a reload: one that was taken before.

export function resume(entry) {
    shop = entry;
    useCurrency(entry.currency);
}

export function leave() {
    shop = null;
}

export async function call(service, fields = {}, options = {}) {
    return (await send(service, fields, options)).fields;
}

// A file: its bytes are those that the platform has signed.

export async function file(service, fields, options = {}) {
    const { fields: said, data } = await send(service, fields, { ...options, patience: FILE_PATIENCE });

    if (!data || said.sha256 !== await sha256(data)) {
        throw notGenuine();
    }

    return { sha256: said.sha256, text: new TextDecoder('utf-8', { ignoreBOM: true }).decode(data) };
}

// Sends one with a file, whose hash, type and name are signed.

export async function upload(service, fields, data, options = {}) {
    const part = new File([data], 'day.csv', { type: 'text/csv' });
    const about = { file: await sha256(await part.arrayBuffer()), 'file.type': part.type, 'file.name': part.name };

    return (await send(service, fields, { ...options, part, about, patience: FILE_PATIENCE })).fields;
}

// Before one asks again how far something is; not after its page was left.

export async function wait(signal) {
    await new Promise((resolve) => { setTimeout(resolve, WAIT); });
    signal?.throwIfAborted();
}

// A call that was lost is signed anew: its nonce may be used up.

function send(service, fields, options) {
    return again(() => once(service, fields, options), options);
}

/**
 * @param {string} service
 * @param {object} fields
 * @param {{ as?: any, part?: File, about?: object, signal?: AbortSignal, patience?: number }} options
 */

async function once(service, fields, { as = shop, part, about, ...options }) {
    const nonce = unique();
    const call = await signed(as, {
        ...trimmed(fields), ...about, merchant_id: as.merchant, key_id: as.keyId, service, nonce,
        timestamp: String(Math.floor(Date.now() / 1000)),
    });

    for (const name of Object.keys(about || {})) {
        delete call[name];              // the file itself is sent
    }

    const [response, body] = await answered(PATHS[service], {
        method: 'POST', body: part ? multipart(call, part) : new URLSearchParams(call),
    }, read, options);

    return genuine(as, nonce, response, body).catch((error) => {
        throw error instanceof NotGenuine ? notGenuine() : error;
    });
}

const trimmed = (fields) => Object.fromEntries(Object.entries(fields)
    .filter(([, value]) => value !== '' && value !== undefined).map(([name, value]) => [name, String(value)]));

function multipart(call, part) {
    const form = new FormData();

    for (const [name, value] of Object.entries(call)) {
        form.append(name, value);
    }
    form.append('file', part);

    return form;
}

function read(response) {
    return response.headers.has('Phone-Signed') ? response.arrayBuffer() : response.json();
}

async function genuine(as, nonce, response, body) {
    const file = response.headers.get('Phone-Signed');
    const fields = file === null ? body : formFields(file);

    if (response.ok || fields?.sign !== undefined) {
        await check(as, nonce, fields);
    }

    if (!response.ok) {
        throw new ShopRefusal(as, response, fields || {});
    }

    return { fields, data: file === null ? undefined : body };
}

function formFields(text) {
    const pairs = [...new URLSearchParams(text)];
    const fields = Object.fromEntries(pairs);

    if (Object.keys(fields).length !== pairs.length || Object.values(fields).includes('')) {
        throw new NotGenuine('a field twice, or without a value');
    }

    return fields;
}

async function check(as, nonce, fields) {
    const key = as.type === 'HMAC-SHA256' ? as.sign : await platformKey(as, fields.key_id);

    await verifyReply(fields, { type: as.type, key, nonce, merchant: as.merchant, now: Date.now() / 1000 });
}

// A key that has replaced another one since is asked for once more.

async function platformKey(as, id) {
    const wanted = (key) => key.key_id === id && key.sign_types.split(' ').includes(as.type);

    if (!platform.some(wanted)) {
        platform = (await get('/pay/keys')).keys;
    }

    const found = platform.find(wanted);

    if (!found) {
        throw new NotGenuine('no key of the platform');
    }

    return publicKey(as.type, found.public_key);
}

const notGenuine = () => new ShopRefusal(null, { status: 0, headers: new Headers() },
                                         { code: 'NOT_GENUINE' });

// What a program is told is said to a person in words of this console: refused.*

class ShopRefusal extends Refusal {
    constructor(as, response, reply) {
        super(response.status, reply, retryAfter(response));
        this.as = as;
        this.wholeText = true;
    }

    get text() {
        const key = `refused.${this.code}`;

        if (!has(key)) {
            return super.text;
        }

        const ahead = Date.now() / 1000 - this.reply.platform_time;

        return t(key, {
            merchant: this.as?.merchant, key: this.as?.keyId || '–',
            until: this.reply.until ? fullTime(this.reply.until) : '',
            n: String(Math.max(1, Math.round(Math.abs(ahead) / 60))), left: this.reply.left,
            row: this.reply.row,
        });
    }
}
