// Seals the secret fields of a call for ngx_phone: docs/envelope.md.
//
//     PHONE_ENVELOPE_KEY=base64 node envelope.mjs SUITE KEY_ID TIME NUMBER SERVICE
//
// The first line of the input are the fields that stay outside, the second one
// those that go inside, both as forms (a=1&b=%20).  The output is the body of the
// call.  A page in a browser can use seal() for suite 2, which is WebCrypto alone;
// 3DES is in Node's crypto only.

const text = new TextEncoder();
const bytes = (...parts) => Uint8Array.from(parts.flatMap(
    (part) => [...(typeof part === 'string' ? text.encode(part) : part)]));
const base64url = (data) => btoa(String.fromCharCode(...data))
    .replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');


// "<name> <bytes> <value>\n" of each, sorted by name.

function entries(fields) {
    return Object.keys(fields).sort().map((name) => {
        const value = String(fields[name]);
        return `${name} ${text.encode(value).length} ${value}\n`;
    }).join('');
}

function padded(data, size) {
    return bytes(data, [0x80], new Uint8Array(size - 1 - data.length % size));
}


async function des(mode, key, iv, data) {
    const { createCipheriv } = await import('node:crypto');
    const cipher = createCipheriv(mode, key, iv).setAutoPadding(false);
    return bytes(cipher.update(data), cipher.final());
}

// ISO/IEC 9797-1 algorithm 3, padding method 2.  Single DES is 3DES with three
// equal keys.

async function retailMac(key, data) {
    const all = padded(data, 8);
    const left = key.subarray(0, 8);
    const first = await des('des-ede3-cbc', bytes(left, left, left), new Uint8Array(8),
                            all.subarray(0, -8));
    const chain = first.length ? first.subarray(-8) : new Uint8Array(8);
    return des('des-ede-cbc', key, chain, all.subarray(-8));
}

async function gcm(key, iv, context, plain) {
    const secret = await crypto.subtle.importKey('raw', key, 'AES-GCM', false, ['encrypt']);
    const all = new Uint8Array(await crypto.subtle.encrypt(
        { name: 'AES-GCM', iv, additionalData: context, tagLength: 128 }, secret, plain));
    return [all.subarray(0, -16), all.subarray(-16)];
}


// phone: { suite, key (32 bytes), key_id, number } as POST /me/envelope has
// answered; time in Unix seconds.  An iv is given by tests only.

export async function seal(phone, time, service, outside, inside, iv) {
    const old = phone.suite === 1;
    iv ??= crypto.getRandomValues(new Uint8Array(old ? 8 : 12));

    const head = [phone.suite, phone.key_id, time, base64url(iv)].join('.');
    const context = bytes(`ngx_phone envelope\n${head}\n${phone.number}\n${service}\n`
                          + `${entries(outside)}\n`);
    const plain = padded(bytes(entries(inside)), 32);

    let sealed, tag;
    if (old) {
        sealed = await des('des-ede-cbc', phone.key.subarray(0, 16), iv, plain);
        tag = await retailMac(phone.key.subarray(16), bytes(context, sealed));
    } else {
        [sealed, tag] = await gcm(phone.key, iv, context, plain);
    }

    return { ...outside, secure: `${head}.${base64url(sealed)}`, mac: base64url(tag) };
}


async function main([suite, key_id, time, number, service]) {
    const { readFileSync } = await import('node:fs');
    const [open, secret] = readFileSync(0, 'utf8').split('\n');
    const form = (line) => Object.fromEntries(new URLSearchParams(line));
    const iv = process.env.PHONE_ENVELOPE_IV;
    const phone = {
        suite: Number(suite), key_id, number,
        key: Uint8Array.from(Buffer.from(process.env.PHONE_ENVELOPE_KEY, 'base64')),
    };

    const sent = await seal(phone, time, service, form(open), form(secret),
                            iv && Uint8Array.from(Buffer.from(iv, 'hex')));
    console.log(String(new URLSearchParams(sent)));
}

if (globalThis.process?.argv[1]?.endsWith('envelope.mjs')) {
    await main(process.argv.slice(2));
}
