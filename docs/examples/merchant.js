#!/usr/bin/env node
// A merchant of ngx_phone in JavaScript (Node 18 or newer, no packages): posts
// a bill, checks the reply, checks a notice.  The rule is in docs/protocol.md.
//
//   export PHONE_URL=http://127.0.0.1:8080 PHONE_MERCHANT=tea-shop
//   export PHONE_KEY=shop.key PHONE_PLATFORM_KEY=platform.pub
//   export PHONE_KEY_ID=k1                  # one of several keys has to be named
//   export PHONE_SIGN_TYPE=RSA2             # or Ed25519; with HMAC-SHA256 both
//                                           # keys are the file of the secret
//   node merchant.js bill T1001 1280 +8613800000001 'tea & cake'
//   node merchant.js keys                    # whose reply has a list
//   node merchant.js notice < body           # what was posted to notify_url
//   node merchant.js vectors docs/vectors.json

'use strict';

const assert = require('node:assert');
const crypto = require('node:crypto');
const fs = require('node:fs');

const HASHES = { RSA2: 'RSA-SHA256', MD5withRSA: 'RSA-MD5', Ed25519: null };
const SKEW = 300;                           // seconds between two clocks

// The text does not prove that the platform has said this.
class NotGenuine extends Error {}

// The fields, with each item of a list as a field: rows.17.points.
function flat(fields) {
    return Object.entries(fields).flatMap(([name, value]) => {
        if (/\.[0-9]+(\.|$)/.test(name)) {
            throw new NotGenuine(`${name}: the name of an item of a list`);
        }
        if (!Array.isArray(value)) {
            return [[name, value]];
        }
        return value.flatMap((item, i) => Object(item) === item
            ? Object.entries(item).map(([member, part]) =>
                [`${name}.${i}.${member}`, part])
            : [[`${name}.${i}`, item]]);
    });
}

function asText(value) {
    if (Object(value) === value) {
        throw new NotGenuine('neither a text nor a list of flat objects');
    }
    return String(value ?? '');
}

// What is digested (without "digest") and signed (with it).
function canonical(fields, without) {
    return flat(fields).sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([name, value]) => [name, asText(value)])
        .filter(([name, value]) => value !== '' && name !== 'sign'
                                   && name !== without)
        .map(([name, value]) => {
            if (!/^[A-Za-z0-9_.]+$/.test(name)) {
                throw new NotGenuine(`${name}: no name of a field`);
            }
            if (/&[A-Za-z0-9_.]+=/.test(value)) {
                throw new NotGenuine(`${name}: & followed by a name and =`);
            }
            return `${name}=${value}`;
        })
        .join('&');
}

function digest(fields) {
    return crypto.createHash('md5').update(canonical(fields, 'digest'))
        .digest('hex');
}

function mac(text, secret) {
    return crypto.createHmac('sha256', String(secret).trim()).update(text)
        .digest();
}

function sign(fields, privateKey) {
    const signed = { ...fields, digest: digest(fields) };
    const text = Buffer.from(canonical(signed));
    const signature = fields.sign_type === 'HMAC-SHA256'
        ? mac(text, privateKey)
        : crypto.sign(HASHES[fields.sign_type], text, privateKey);
    signed.sign = signature.toString('base64');
    return signed;
}

function verify(fields, platformKey) {
    const text = Buffer.from(canonical(fields));
    const signature = Buffer.from(fields.sign || '', 'base64');
    if (fields.sign_type === 'HMAC-SHA256') {
        return signature.length === 32
            && crypto.timingSafeEqual(signature, mac(text, platformKey));
    }
    return crypto.verify(HASHES[fields.sign_type], text, platformKey,
                         signature);
}

class Merchant {
    // signType is what the platform has recorded for this merchant; keyId is
    // that of privateKey, '' for the only one; platformKeys are PEM by key_id,
    // where the one of '' is of any key_id.
    constructor(url, id, privateKey, platformKeys, signType = 'RSA2',
                keyId = '') {
        Object.assign(this, { url, id, privateKey, platformKeys, signType,
                              keyId });
    }

    // One call; gives the reply's fields.  After NotGenuine, and after an error
    // of the network, nobody knows whether it was done: call again with the
    // same out_trade_no.
    async call(path, service, fields) {
        const nonce = crypto.randomBytes(12).toString('hex');
        const signed = sign({
            ...fields, merchant_id: this.id, service, nonce,
            timestamp: Math.floor(Date.now() / 1000), sign_type: this.signType,
            key_id: this.keyId,
        }, this.privateKey);
        const answer = await fetch(this.url + path, {
            method: 'POST', body: new URLSearchParams(signed),
            signal: AbortSignal.timeout(30000),
        });
        return this.reply(await answer.text(), nonce);
    }

    reply(body, nonce, now) {
        let fields;
        try {
            fields = JSON.parse(body);
        } catch {
            throw new NotGenuine('the reply is not JSON');
        }
        if (fields === null || typeof fields !== 'object') {
            throw new NotGenuine('the reply is no JSON object');
        }
        if (typeof fields.sign !== 'string') {
            throw new NotGenuine('not signed: '
                + [fields.code, fields.message, fields.field].join(' '));
        }
        this.check(fields, now);
        if (fields.request_nonce !== nonce) {
            throw new NotGenuine('the reply is to another call');
        }
        return fields;
    }

    // The fields of a notice: answer 200 with the body "success".  If event is
    // bill or refund, first compare out_trade_no, amount and currency with your
    // order, look at status, and count notify_id once; of any other event do
    // nothing.
    notice(body, now) {
        const pairs = [...new URLSearchParams(body)];
        const fields = Object.fromEntries(pairs);
        if (Object.keys(fields).length !== pairs.length) {
            throw new NotGenuine('a field appears twice');
        }
        if (Object.values(fields).includes('')) {
            throw new NotGenuine('a field is empty: it is not signed');
        }
        this.check(fields, now);
        if (!fields.event || !fields.notify_id) {
            throw new NotGenuine('this is no notice');
        }
        return fields;
    }

    // While the platform replaces its key, two are right.
    platformKey(fields) {
        const keys = new Map(Object.entries(this.platformKeys));
        const key = keys.get(fields.key_id) ?? keys.get('');
        if (key === undefined) {
            throw new NotGenuine('no key of the platform with this key_id');
        }
        return key;
    }

    check(fields, now = Date.now() / 1000) {
        const platformKey = this.platformKey(fields);
        if (fields.digest !== digest(fields)) {
            throw new NotGenuine('the digest does not fit');
        }
        if (fields.sign_type !== this.signType
            || !verify(fields, platformKey)) {
            throw new NotGenuine('the signature does not fit');
        }
        if (fields.merchant_id !== this.id) {
            throw new NotGenuine('for another merchant');
        }
        if (!(Math.abs(fields.timestamp - now) <= SKEW)) {
            throw new NotGenuine('too old');
        }
    }
}

// Checks this program against docs/vectors.json.
function vectors(file) {
    const known = JSON.parse(fs.readFileSync(file, 'utf8'));
    const keys = known.keys;

    for (const v of known.sign) {
        const signed = sign(v.fields, keys[v.key].private);
        assert.strictEqual(canonical(v.fields), v.canonical, v.name);
        assert.strictEqual(canonical(signed), v.text, v.name);
        assert.strictEqual(signed.digest, v.digest, v.name);
        assert.strictEqual(signed.sign, v.sign, v.name);
    }

    for (const v of [...known.replies, ...known.notices]) {
        const us = new Merchant('', 'tea', keys.merchant.private,
                                { '': keys[v.platform_key].public },
                                v.sign_type);
        let genuine = true;
        try {
            if (v.request_nonce) us.reply(v.body, v.request_nonce, v.now);
            else us.notice(v.body, v.now);
        } catch (error) {
            if (!(error instanceof NotGenuine)) throw error;
            genuine = false;
        }
        assert.strictEqual(genuine, v.genuine, v.name);
    }

    console.log(`vectors: ${known.sign.length} signed, `
        + `${known.replies.length} replies, ${known.notices.length} notices`);
}

// platform.pub, or p1:old.pub,p2:new.pub while the key is replaced.
function readPlatformKeys(text) {
    return Object.fromEntries(text.split(',').map(part => {
        const colon = part.lastIndexOf(':');
        return [part.slice(0, Math.max(colon, 0)),
                fs.readFileSync(part.slice(colon + 1))];
    }));
}

async function main(command, ...args) {
    if (command === 'vectors') {
        vectors(...args);
        return;
    }

    const env = process.env;
    const us = new Merchant(env.PHONE_URL, env.PHONE_MERCHANT,
                            fs.readFileSync(env.PHONE_KEY),
                            readPlatformKeys(env.PHONE_PLATFORM_KEY),
                            env.PHONE_SIGN_TYPE, env.PHONE_KEY_ID);

    if (command === 'bill') {
        const [order, amount, payer, subject] = args;
        const reply = await us.call('/pay/bill', 'bill.create', {
            out_trade_no: order, amount, payer_phone: payer, subject,
        });
        if (reply.code !== 'OK') {
            console.error([reply.code, reply.field, reply.reason,
                           reply.message].filter(Boolean).join(' '));
            process.exitCode = 1;
            return;
        }
        console.log(reply.code, reply.bill_id, reply.status);
    } else if (command === 'keys') {
        const reply = await us.call('/pay/keys', 'key.list', {});
        console.log(reply.code, ...(reply.keys ?? []).map(key => key.key_id));
    } else {
        const notice = us.notice(fs.readFileSync(0, 'utf8'));
        if (notice.event !== 'bill' && notice.event !== 'refund') {
            console.log('nothing to do:', notice.event);
            return;
        }
        console.log(notice.status, notice.out_trade_no, notice.amount,
                    notice.currency);
        if (notice.event === 'refund') {    // amount is that of the bill
            console.log('refund', notice.out_refund_no, notice.refund_amount);
        }
    }
}

main(...process.argv.slice(2)).catch(error => {
    console.error(error instanceof NotGenuine ? `not genuine: ${error.message}`
                                              : error);
    process.exitCode = 1;
});
