// A merchant's call, signed as docs/protocol.md says, with RSA2.  Of the demo only: a
// shop's key belongs on its server.

export async function signed(key, fields) {
    const call = { timestamp: String(Math.floor(Date.now() / 1000)), nonce: crypto.randomUUID(),
                   sign_type: 'RSA2', ...fields };

    call.digest = md5(canonical(call));
    call.sign = base64(await crypto.subtle.sign('RSASSA-PKCS1-v1_5', key,
                                                new TextEncoder().encode(canonical(call))));
    return call;
}

// PEM, PKCS #8.

export function privateKey(pem) {
    const der = Uint8Array.from(atob(pem.replace(/-----[^-]+-----|\s/g, '')), (c) => c.charCodeAt(0));

    return crypto.subtle.importKey('pkcs8', der, { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' },
                                   false, ['sign']);
}

function canonical(fields) {
    return Object.keys(fields).filter((name) => fields[name] !== '').sort()
        .map((name) => `${name}=${fields[name]}`).join('&');
}

function base64(buffer) {
    return btoa(String.fromCharCode(...new Uint8Array(buffer)));
}

// RFC 1321; browsers have none.

export function md5(text) {
    const bytes = new TextEncoder().encode(text);
    const words = new Int32Array(((bytes.length + 8 >> 6) + 1) * 16);
    const shifts = [[7, 12, 17, 22], [5, 9, 14, 20], [4, 11, 16, 23], [6, 10, 15, 21]];
    let [a, b, c, d] = [0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476];

    bytes.forEach((byte, i) => { words[i >> 2] |= byte << i % 4 * 8; });
    words[bytes.length >> 2] |= 0x80 << bytes.length % 4 * 8;
    words[words.length - 2] = bytes.length * 8;

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

    return Array.from(new Uint8Array(Int32Array.of(a, b, c, d).buffer),
                      (byte) => byte.toString(16).padStart(2, '0')).join('');
}
