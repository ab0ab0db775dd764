// The signing rule of docs/protocol.md, with WebCrypto.  MD5withRSA is not possible here:
// browsers do not sign with MD5.

const ALGORITHMS = {
    RSA2: { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' },
    Ed25519: { name: 'Ed25519' },
    'HMAC-SHA256': { name: 'HMAC', hash: 'SHA-256' },
};

const SKEW = 300;                       // seconds between two clocks

const NAME = /^[A-Za-z0-9_.]+$/;
const ITEM = /\.[0-9]+(?:\.|$)/;
const TWO_FIELDS = /&[A-Za-z0-9_.]+=/;
const RSA = [0x30, 0x0d, 0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01, 0x05, 0x00];

const bytes = (text) => new TextEncoder().encode(text);

// What does not prove that the platform has said it.

export class NotGenuine extends Error {}

// The text that is digested (without "digest") and signed (with it).

/** @param {string} [without] */

export function canonical(fields, without) {
    return flat(fields).map(([name, value]) => [name, String(value ?? '')])
        .filter(([name, value]) => value !== '' && name !== 'sign' && name !== without)
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([name, value]) => `${name}=${value}`).join('&');
}

// The items of a list as fields: rows.17.points.

function flat(fields) {
    return Object.entries(fields).flatMap(([name, value]) => Array.isArray(value)
        ? value.flatMap((item, i) => Object(item) === item
            ? Object.entries(item).map(([member, part]) => [`${name}.${i}.${member}`, part])
            : [[`${name}.${i}`, item]])
        : [[name, value]]);
}

// key: { type, sign }

export async function signed(key, fields) {
    const call = { ...fields, sign_type: key.type };

    call.digest = md5(canonical(call, 'digest'));
    call.sign = base64(await crypto.subtle.sign(ALGORITHMS[key.type], key.sign, bytes(canonical(call))));

    return call;
}

// The fields are by that key, in this way and no other; throws NotGenuine.

async function verify(type, key, fields) {
    if (Object.keys(fields).some((name) => ITEM.test(name))) {
        throw new NotGenuine('a field has the name of an item of a list');
    }

    for (const [name, value] of flat(fields)) {
        if (Object(value) === value || !NAME.test(name) || TWO_FIELDS.test(String(value))) {
            throw new NotGenuine(`${name} cannot be signed`);
        }
    }

    if (fields.sign_type !== type || fields.digest !== md5(canonical(fields, 'digest'))
        || !await fits(type, key, fields))
    {
        throw new NotGenuine('the signature does not fit');
    }
}

// A reply to this call, to this merchant, of now.

export async function verifyReply(fields, { type, key, nonce, merchant, now }) {
    if (typeof fields?.sign !== 'string') {
        throw new NotGenuine('it is not signed');
    }

    await verify(type, key, fields);

    if (fields.request_nonce !== nonce || fields.merchant_id !== merchant
        || !(Math.abs(fields.timestamp - now) <= SKEW))
    {
        throw new NotGenuine('it answers another call');
    }
}

function fits(type, key, fields) {
    let signature;

    try {
        signature = unbase64(fields.sign);
    } catch {
        return false;
    }

    return crypto.subtle.verify(ALGORITHMS[type], key, signature, bytes(canonical(fields)));
}

// Keys.  A private key that was imported or made cannot be read again.

export async function makeKey(type) {
    const pair = await crypto.subtle.generateKey(
        /** @type {any} */ (type === 'RSA2'
            ? { ...ALGORITHMS.RSA2, modulusLength: 2048, publicExponent: Uint8Array.of(1, 0, 1) }
            : ALGORITHMS[type]), false, ['sign', 'verify']);

    return { type, sign: pair.privateKey, public: pem(await crypto.subtle.exportKey('spki', pair.publicKey)) };
}

// A private key as PEM, or a secret of the platform; throws an error whose message is the
// name of what it is instead.

export async function privateKey(text) {
    const found = /-----BEGIN ([A-Z ]+)-----([^]+?)-----END/.exec(text);

    if (!found) {
        return readSecret(text.trim());
    }

    const [, kind, body] = found;

    if (kind.includes('PUBLIC') || kind === 'CERTIFICATE') {
        throw new Error('public');
    }

    if (kind.includes('ENCRYPTED') || /Proc-Type|DEK-Info/.test(body)) {
        throw new Error('encrypted');
    }

    try {
        const der = kind === 'RSA PRIVATE KEY' ? pkcs8(unbase64(body)) : unbase64(body);

        return await readPkcs8('RSA2', der).catch(() => readPkcs8('Ed25519', der));
    } catch {
        throw new Error('unreadable');
    }
}

async function readPkcs8(type, der) {
    return { type, sign: await crypto.subtle.importKey('pkcs8', der, ALGORITHMS[type], false, ['sign']) };
}

async function readSecret(text) {
    if (!/^[\x21-\x7e]{32,}$/.test(text)) {
        throw new Error('unreadable');
    }

    const key = await crypto.subtle.importKey('raw', bytes(text), ALGORITHMS['HMAC-SHA256'], false,
                                              ['sign', 'verify']);

    return { type: 'HMAC-SHA256', sign: key };
}

export function publicKey(type, text) {
    return crypto.subtle.importKey('spki', unbase64(text.replace(/-----[^-]+-----/g, '')), ALGORITHMS[type],
                                   false, ['verify']);
}

// PKCS #1, as older programs write it, in PKCS #8.

function pkcs8(key) {
    return Uint8Array.from(der(0x30, [0x02, 0x01, 0x00, ...RSA, ...der(0x04, key)]));
}

function der(tag, content) {
    const length = content.length < 0x80 ? [content.length]
        : content.length < 0x100 ? [0x81, content.length]
            : [0x82, content.length >> 8, content.length & 0xff];

    return [tag, ...length, ...content];
}

function pem(key) {
    return `-----BEGIN PUBLIC KEY-----\n${base64(key).replace(/.{1,64}/g, '$&\n')}-----END PUBLIC KEY-----\n`;
}

// Of the bytes of a public key in PEM, as the operator prints it.

export function fingerprint(text) {
    return sha256(unbase64(text.replace(/-----[^-]+-----/g, '')));
}

export async function sha256(data) {
    return hex(new Uint8Array(await crypto.subtle.digest('SHA-256', data)));
}

function base64(buffer) {
    return btoa(String.fromCharCode(...new Uint8Array(buffer)));
}

function unbase64(text) {
    return Uint8Array.from(atob(String(text).replace(/\s/g, '')), (c) => c.charCodeAt(0));
}

function hex(data) {
    return Array.from(data, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

// RFC 1321; browsers have none.

export function md5(text) {
    const input = bytes(text);
    const words = new Int32Array(((input.length + 8 >> 6) + 1) * 16);
    const shifts = [[7, 12, 17, 22], [5, 9, 14, 20], [4, 11, 16, 23], [6, 10, 15, 21]];
    let [a, b, c, d] = [0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476];

    input.forEach((byte, i) => { words[i >> 2] |= byte << i % 4 * 8; });
    words[input.length >> 2] |= 0x80 << input.length % 4 * 8;
    words[words.length - 2] = input.length * 8;

    for (let block = 0; block < words.length; block += 16) {
        const before = [a, b, c, d];

        for (let i = 0; i < 64; i++) {
            const round = i >> 4;
            const [mix, at] = [
                [b & c | ~b & d, i], [d & b | ~d & c, 5 * i + 1],
                [b ^ c ^ d, 3 * i + 5], [c ^ (b | ~d), 7 * i],
            ][round];
            const sum = a + mix + Math.floor(Math.abs(Math.sin(i + 1)) * 2 ** 32)
                        + words[block + at % 16] | 0;
            const shift = shifts[round][i % 4];

            [a, b, c, d] = [d, b + (sum << shift | sum >>> 32 - shift) | 0, b, c];
        }

        [a, b, c, d] = [a, b, c, d].map((word, i) => word + before[i] | 0);
    }

    return hex(new Uint8Array(Int32Array.of(a, b, c, d).buffer));
}
