// The first page of "make run": people to be, a shop that makes bills, and a phone that
// shows the texts of any demo number.  conf/run alone serves it.

import { bdi, h, put } from '/lib/dom.js';
import { phone, time } from '/lib/format.js';
import { lang, markLanguage, useLanguage } from '/lib/i18n.js';
import { tab, unique, who } from '/lib/store.js';
import { keep } from '/console/merchant/keyring.js';
import { privateKey, signed } from '/console/merchant/sign.js';

const TEXTS = {
    zh: {
        title: 'ngx_phone 演示', intro: '选择一个人登录，再让商店给他发一张账单。数据只在这台机器上。',
        people: '一键登录', password: '登录密码', pin: '支付密码',
        shop: '商店', payer: '付款人', amount: '金额（元）', subject: '商品', tea: '茶 & cake',
        make: '发出账单', made: '账单 {no} 已发出。', console: '打开商户台',
        sms: '短信', of: '手机', none: '还没有短信。',
        code: '登录页的验证码也会显示在这里。', badAmount: '请填写金额，例如 12.80。',
        lost: '没有收到回复，请重试。',
    },
    en: {
        title: 'ngx_phone demo', intro: 'Log in as somebody, then let the shop make a bill for them. '
            + 'All of it stays on this machine.',
        people: 'Log in with one click', password: 'Password', pin: 'PIN',
        shop: 'Shop', payer: 'Who pays', amount: 'Amount (CNY)', subject: 'For', tea: '茶 & cake',
        make: 'Make the bill', made: 'Bill {no} is made.', console: 'Open the shop’s console',
        sms: 'Texts', of: 'Phone', none: 'No texts yet.',
        code: 'Codes of the login arrive here as well.', badAmount: 'Enter an amount such as 12.80.',
        lost: 'There was no answer. Try again.',
    },
};

const say = (key) => TEXTS[lang()][key];

let people;
let polling = 0;

// What was typed, and what has become of it, in any language.

const typed = {};
let told = () => null;

const ours = (reply) => () => (lang() === 'zh' ? reply.message_zh : reply.message) || say('lost');

async function begin(person, said) {
    const reply = await fetch('/login', {
        method: 'POST', headers: { 'Content-Type': 'application/json' },
        body: JSON.stringify({ phone: person.phone, password: people.password }),
    });

    if (reply.ok) {
        who.set(person.phone);
        tab.set('back', null);
        open('/app/bills', 'ngx_phone', 'popup,width=420,height=844') || location.assign('/app/bills');
    } else {
        said.textContent = ours(await reply.json().catch(() => ({})))();
    }
}

function peoplePane() {
    const said = h('p', { role: 'alert', class: 'problem-text' });

    return h('section', {},
        h('h2', {}, say('people')),
        people.people.map((person) => h('button', { type: 'button', class: 'wide person',
                                                    onclick: () => begin(person, said) },
            bdi(person.name), h('span', { class: 'muted tabular' }, phone(person.phone)))),
        h('p', { class: 'muted' }, `${say('password')} `, h('code', {}, people.password), ` · ${say('pin')} `,
          h('code', {}, people.pin)), said);
}

function shopPane() {
    const said = h('div', { role: 'status' }, told());
    const payer = h('select', { id: 'payer' }, people.people.map((person) =>
        h('option', { value: person.phone, selected: person.phone === typed.payer },
          `${person.name} ${phone(person.phone)}`)));
    const amount = h('input', { id: 'amount', inputmode: 'decimal', value: typed.amount ?? '12.80' });
    const subject = h('input', { id: 'subject', value: typed.subject ?? say('tea'), maxlength: 128 });
    const button = h('button', { class: 'primary wide' }, say('make'));

    return h('section', {},
        h('h2', {}, say('shop')),
        h('form', { class: 'form', 'aria-label': say('make'), oninput: ({ target }) => {
            typed[target.id] = target.value;
        }, onsubmit: async (event) => {
            event.preventDefault();
            button.disabled = true;
            told = await makeBill(payer.value, amount.value, subject.value).catch(() => refused(ours({})));
            put(document.contains(said) ? said : document.querySelector('form [role=status]'), told());
            button.disabled = false;
        } },
        field('payer', payer),
        h('div', { class: 'amounts' }, field('amount', amount), field('subject', subject)),
        button, said),
        h('button', { type: 'button', class: 'wide', onclick: openConsole }, say('console')));
}

function field(name, input) {
    return h('div', { class: 'field' }, h('label', { for: name }, say(name)), input);
}

// Of the demo only: a shop's key is nowhere on the platform's server.

async function shopKey() {
    return privateKey(await (await fetch('/demo/shop.key')).text());
}

// The key is kept in the browser, as a merchant's own would be, and the console takes it.

async function openConsole() {
    tab.set('shop', await keep({
        ...await shopKey(), merchant: 'demo-shop', keyId: 'k1', currency: 'CNY', made: new Date().toISOString(),
    }));
    location.assign('/console/merchant');
}

async function makeBill(payer, amount, subject) {
    const minor = Math.round(Number(amount.replace(',', '.')) * 100);

    if (!(minor > 0)) {
        return refused(() => say('badAmount'));
    }

    const no = `D${Date.now()}`;
    const call = await signed(await shopKey(), {
        merchant_id: 'demo-shop', service: 'bill.create', nonce: unique(),
        timestamp: String(Math.floor(Date.now() / 1000)), out_trade_no: no, payer_phone: payer, subject,
        amount: String(minor),
    });
    const reply = await (await fetch('/pay/bill', { method: 'POST', body: new URLSearchParams(call) })).json();

    return reply.code === 'OK' ? () => h('p', { class: 'mark good' }, say('made').replace('{no}', no))
                               : refused(ours(reply));
}

const refused = (text) => () => h('p', { class: 'problem-text' }, text());

function phonePane() {
    const texts = h('div', { class: 'texts', role: 'log', tabindex: 0, 'aria-label': say('sms') });
    const number = h('input', { id: 'of', type: 'tel', list: 'numbers', value: typed.of ?? people.people[0].phone,
                                onchange: () => {
                                    typed.of = number.value;
                                    show();
                                } });
    let shown = '';

    async function show() {
        const log = await (await fetch('/demo/sms.log', { cache: 'no-store' })).text().catch(() => '');
        const wanted = number.value.replace(/[^+\d]/g, '');
        const now = `${wanted} ${log.length}`;

        if (now === shown) {
            return;
        }

        const mine = log.split('\n').filter(Boolean).map((line) => JSON.parse(line))
            .filter(({ to }) => to === wanted || to === `+86${wanted}`).reverse();

        shown = now;
        put(texts, mine.length ? mine.map((text) => h('div', { class: 'text' },
            h('p', {}, bdi(text.text)), h('p', { class: 'muted small' }, time(text.time))))
            : h('p', { class: 'muted' }, say('none'), ' ', say('code')));
    }

    clearInterval(polling);
    polling = setInterval(() => document.visibilityState === 'visible' && show().catch(() => {}), 1000);
    show();

    return h('section', {},
        h('h2', {}, say('sms')), field('of', number),
        h('datalist', { id: 'numbers' }, people.people.map((person) => h('option', { value: person.phone }))),
        texts);
}

function draw() {
    markLanguage();
    document.title = say('title');
    put(document.body, h('main', { class: 'demo' },
        h('header', {}, h('div', {}, h('h1', {}, say('title')), h('p', { class: 'muted' }, say('intro'))),
          h('button', { type: 'button', class: 'link', lang: lang() === 'zh' ? 'en' : 'zh-CN', onclick: () => {
              useLanguage(lang() === 'zh' ? 'en' : 'zh');
              draw();
          } }, lang() === 'zh' ? 'English' : '中文')),
        peoplePane(), shopPane(), phonePane()));
}

people = await (await fetch('/demo/people.json')).json();
draw();
