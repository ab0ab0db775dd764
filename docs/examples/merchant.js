#!/usr/bin/env node
// A merchant of ngx_phone in JavaScript (Node 18 or newer, no packages): posts
// a bill, checks the reply, checks a notice.  The rule is in docs/protocol.md.
//
//   export PHONE_URL=http://127.0.0.1:8080 PHONE_MERCHANT=tea-shop
//   export PHONE_KEY=shop.key PHONE_PLATFORM_KEY=platform.pub
//   node merchant.js bill T1001 1280 +8613800000001 'tea & cake'
//   node merchant.js notice < body           # what was posted to notify_url
//   node merchant.js vectors docs/vectors.json

'use strict';

const assert = require('node:assert');
const crypto = require('node:crypto');
const fs = require('node:fs');

const HASHES = { RSA2: 'RSA-SHA256', MD5withRSA: 'RSA-MD5' };
const SKEW = 300;                           // seconds between two clocks

// The text does not prove that the platform has said this.
class NotGenuine extends Error {}

// What is digested (without "digest") and signed (with it).
function canonical(fields, without) {
    return Object.keys(fields).sort()
        .map(name => [name, String(fields[name] ?? '')])
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

function sign(fields, privateKey) {
    const signed = { ...fields, digest: digest(fields) };
    signed.sign = crypto.sign(HASHES[fields.sign_type],
                              Buffer.from(canonical(signed)), privateKey)
        .toString('base64');
    return signed;
}

class Merchant {
    // signType is what the platform has recorded for this merchant.
    constructor(url, id, privateKey, platformKey, signType = 'RSA2') {
        Object.assign(this, { url, id, privateKey, platformKey, signType });
    }

    // One call; gives the reply's fields.  After NotGenuine, and after an error
    // of the network, nobody knows whether it was done: call again with the
    // same out_trade_no.
    async call(path, service, fields) {
        const nonce = crypto.randomBytes(12).toString('hex');
        const signed = sign({
            ...fields, merchant_id: this.id, service, nonce,
            timestamp: Math.floor(Date.now() / 1000), sign_type: this.signType,
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

    // The fields of a notice.  Then compare out_trade_no, amount and currency
    // with your order, look at status, count notify_id once, and answer 200
    // with the body "success".
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

    check(fields, now = Date.now() / 1000) {
        if (fields.digest !== digest(fields)) {
            throw new NotGenuine('the digest does not fit');
        }
        if (fields.sign_type !== this.signType
            || !crypto.verify(HASHES[this.signType],
                              Buffer.from(canonical(fields)), this.platformKey,
                              Buffer.from(fields.sign || '', 'base64'))) {
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
    const { merchant, platform } = known.keys;

    for (const v of known.sign) {
        const signed = sign(v.fields, merchant.private);
        assert.strictEqual(canonical(v.fields), v.canonical, v.name);
        assert.strictEqual(canonical(signed), v.text, v.name);
        assert.strictEqual(signed.digest, v.digest, v.name);
        assert.strictEqual(signed.sign, v.sign, v.name);
    }

    for (const v of [...known.replies, ...known.notices]) {
        const us = new Merchant('', 'tea', merchant.private, platform.public,
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

async function main(command, ...args) {
    if (command === 'vectors') {
        vectors(...args);
        return;
    }

    const env = process.env;
    const us = new Merchant(env.PHONE_URL, env.PHONE_MERCHANT,
                            fs.readFileSync(env.PHONE_KEY),
                            fs.readFileSync(env.PHONE_PLATFORM_KEY));

    if (command === 'bill') {
        const [order, amount, payer, subject] = args;
        const reply = await us.call('/pay/bill', 'bill.create', {
            out_trade_no: order, amount, payer_phone: payer, subject,
        });
        console.log(reply.code, reply.bill_id, reply.status);
    } else {
        const notice = us.notice(fs.readFileSync(0, 'utf8'));
        console.log(notice.status, notice.out_trade_no, notice.amount,
                    notice.currency);
    }
}

main(...process.argv.slice(2)).catch(error => {
    console.error(error instanceof NotGenuine ? `not genuine: ${error.message}`
                                              : error);
    process.exitCode = 1;
});
