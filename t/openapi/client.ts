/*
 * A client made by openapi-typescript from docs/openapi.json, against a real
 * instance: a merchant posts a bill, its payer logs in and pays it.  It reads
 * what it needs, as JSON, from its first argument.
 */

import { createHash, createSign, randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';

import createClient from 'openapi-fetch';

import type { components, paths, webhooks } from './api';

type Call = paths['/pay/bill']['post']['requestBody']['content']['application/json'];
type Notice = webhooks['notice']['post']['requestBody']['content']['application/x-www-form-urlencoded'];
type Refusal = components['schemas']['Refusal'];

const world = JSON.parse(process.argv[2]) as {
    url: string; key: string; phone: string; password: string; pin: string;
};

const api = createClient<paths>({ baseUrl: world.url });

function canonical(fields: Record<string, unknown>): string {
    return Object.keys(fields).sort().map(name => `${name}=${fields[name]}`)
        .join('&');
}

function signed(fields: Omit<Call, 'digest' | 'sign'>): Call {
    const digest = createHash('md5').update(canonical(fields)).digest('hex');
    const text = canonical({ ...fields, digest });
    const sign = createSign('RSA-SHA256').update(text)
        .sign(readFileSync(world.key), 'base64');
    return { ...fields, digest, sign };
}

function refused(error: Refusal | undefined): never {
    throw new Error(`refused: ${error?.code} ${error?.field}`);
}

async function main(): Promise<void> {
    const made = await api.POST('/pay/bill', {
        body: signed({
            merchant_id: 'tea', service: 'bill.create', sign_type: 'RSA2',
            timestamp: Math.floor(Date.now() / 1000),
            nonce: randomBytes(12).toString('hex'), out_trade_no: 'TS-1',
            amount: 1280, payer_phone: world.phone, subject: 'tea',
        }),
    });
    const bill = made.data ?? refused(made.error);

    const login = await api.POST('/login', {
        body: { phone: world.phone, password: world.password },
    });
    if (login.error) refused(login.error);
    const cookie = login.response.headers.getSetCookie()
        .map(line => line.split(';')[0]).join('; ');
    const headers = { cookie };

    const cards = await api.GET('/pay/cards', { headers });
    const card = (cards.data ?? refused(cards.error)).cards[0];

    const wrong = await api.POST('/pay/bills/{bill_id}/pay', {
        headers, params: { path: { bill_id: bill.bill_id } },
        body: { card_id: card.card_id, pin: '000000' },
    });
    const why: Refusal['code'] | undefined = wrong.error?.code;

    const paid = await api.POST('/pay/bills/{bill_id}/pay', {
        headers, params: { path: { bill_id: bill.bill_id } },
        body: { card_id: card.card_id, pin: world.pin },
    });
    const status: Notice['status'] = (paid.data ?? refused(paid.error)).status;

    // what is no POST has its fields in the body as well

    const removed = await api.DELETE('/pay/cards/{card_id}', {
        headers, params: { path: { card_id: card.card_id } }, body: { pin: world.pin },
    });
    const told = await api.PUT('/mail/triggers', { headers, body: { senders: [world.phone] } });
    const contact = await api.POST('/mail/contacts', {
        headers, body: { name: 'Li', numbers: [{ number: world.phone }] },
    });
    const renamed = await api.PUT('/mail/contacts/{contact_id}', {
        headers, params: { path: { contact_id: (contact.data ?? refused(contact.error)).contact_id } },
        body: { name: 'Lei', numbers: [{ number: world.phone, label: 'home' }] },
    });

    console.log(why, status, bill.amount, bill.bill_id, (removed.data ?? refused(removed.error)).code,
                (told.data ?? refused(told.error)).senders, (renamed.data ?? refused(renamed.error)).name);
}

main().catch((error: unknown) => {
    console.error(error);
    process.exitCode = 1;
});
