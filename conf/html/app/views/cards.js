// The cards of the number.

import * as api from '../../lib/api.js';
import { h, put } from '../../lib/dom.js';
import { cardTail, currencyName, money } from '../../lib/format.js';
import { parts, t } from '../../lib/i18n.js';
import * as router from '../../lib/router.js';
import { bankOf } from '../elements/card.js';
import { form } from '../elements/form.js';
import { icon } from '../elements/icons.js';
import { pinStep } from '../elements/pin-pad.js';
import { loading, problem, sentence } from '../elements/problem.js';
import { openSheet } from '../elements/sheet.js';
import { toast } from '../elements/toast.js';
import { loadMe, state } from '../state.js';
import { head } from './bills.js';

const PIN_AGAIN = new Set(['PIN_WRONG']);
const PIN_FIRST = '/me/pin?after=%2Fcards%2Fnew';

export function cardList({ signal }) {
    const body = h('div', { class: 'stack' });
    const load = () => loading(body, () => api.get('/pay/cards', { signal }), draw, 2);

    function draw({ cards }) {
        put(body,
            !cards.length && h('div', { class: 'empty' }, icon('card'),
                h('p', { class: 'strong' }, t('cards.none')), h('p', { class: 'muted' }, t('cards.noneText'))),
            h('ul', { class: 'cards' }, cards.map((card) => h('li', {}, face(card, load)))),
            h('a', { class: 'button wide', href: router.href('/cards/new') }, icon('plus'), t('cards.add')));
    }

    document.addEventListener('phone:cards', load, { signal });
    load();

    return [h('header', { class: 'head' }, h('h1', {}, t('cards.title'))), body];
}

function face(card, load) {
    const said = h('div', { role: 'alert' });
    const id = `card-${card.card_id}`;
    const named = (act) => ({ id: `${id}-${act}`, 'aria-labelledby': `${id}-${act} ${id}` });

    return h('article', { class: `bank-card${card.default ? ' first' : ''}` },
        h('div', { class: 'bank-card-top' }, bankOf(card, { class: 'strong' }),
          card.default && h('span', { class: 'mark good' }, t('cards.default'))),
        h('p', { class: 'card-number', id }, cardTail(card.number)),
        h('div', { class: 'bank-card-end' },
            h('span', { class: 'muted' }, card.balance !== undefined
                ? t('cards.balance', { amount: money(card.balance, card.currency) }) : currencyName(card.currency)),
            !card.default && h('button', { type: 'button', class: 'link', ...named('default'), onclick: async () => {
                try {
                    await api.put(`/pay/cards/${encodeURIComponent(card.card_id)}/default`);
                    load();
                } catch (error) {
                    put(said, problem(error));
                }
            } }, t('cards.makeDefault')),
            h('button', { type: 'button', class: 'link danger-text', ...named('remove'),
                          onclick: () => remove(card, load) }, t('cards.remove'))),
        said);
}

/** @param {{ title: string, more?: Node, act: (pin: string) => Promise<void> }} options */

function withPin({ title, more, act }) {
    return new Promise((resolve) => {
        const sheet = openSheet({ onclose: resolve });

        const show = (text) => sheet.show(pinStep({ title, more, problem: text, onpin: async (pin) => {
            try {
                await act(pin);
                sheet.close();
            } catch (error) {
                if (PIN_AGAIN.has(error.code)) {
                    return show(sentence(error));
                }
                if (error.code === 'PIN_NOT_SET') {
                    return router.go(PIN_FIRST);
                }
                sheet.show(h('div', { class: 'step' }, h('h2', {}, title), problem(error),
                    h('button', { type: 'button', class: 'wide', onclick: () => sheet.close() },
                      t('act.close'))));
            }
            return undefined;
        } }));

        show();
    });
}

async function remove(card, load) {
    await withPin({
        title: t('cards.removeTitle'),
        more: h('p', { class: 'muted center' }, parts('cards.removeText', {
            card: h('span', {}, bankOf(card), ' ', cardTail(card.number)) })),
        act: async (pin) => {
            await api.del(`/pay/cards/${encodeURIComponent(card.card_id)}`, { pin });
            toast(t('cards.removed'));
        },
    });
    load();
}

// The PIN is what a card is added with: without one, that comes first.

export function addCard({ signal }) {
    const body = h('div', { class: 'stack' });
    const draw = (account) => put(body, account.pin_set ? cardForm() : [
        h('p', { class: 'note' }, t('cards.pinFirst')),
        h('button', { type: 'button', class: 'primary wide', onclick: () => router.go(PIN_FIRST) },
          t('pin.choose')),
    ]);

    if (state.me) {
        draw(state.me);
    } else {
        loading(body, () => loadMe(signal), (account) => {
            draw(account);
            body.querySelector('[autofocus]')?.focus();
        });
    }

    return [head(t('cards.add'), '/cards'), body];
}

function cardForm() {
    return [h('p', { class: 'muted' }, t('cards.addText')), form({
        fields: [
            { name: 'card_no', label: t('cards.number'), inputmode: 'numeric', autocomplete: 'cc-number',
              secret: true, required: true, autofocus: true },
            { name: 'proof', label: t('cards.proof'), hint: t('cards.proofHint'), inputmode: 'numeric',
              autocomplete: 'off', secret: true, required: true, maxlength: 6 },
        ],
        submit: t('cards.next'),
        act: ({ card_no: number, proof }) => bind(number.replace(/\s/g, ''), proof.trim()),
    })];
}

function bind(number, proof) {
    return new Promise((resolve, reject) => {
        withPin({
            title: t('cards.pin'),
            act: async (pin) => {
                try {
                    await api.post('/pay/cards', { card_no: number, proof, pin });
                } catch (error) {
                    if (PIN_AGAIN.has(error.code) || error.code === 'PIN_NOT_SET') {
                        throw error;
                    }
                    reject(error);
                    return;
                }

                toast(t('cards.added'));
                document.dispatchEvent(new CustomEvent('phone:cards'));
                router.go('/cards', { replace: true });
                resolve();
            },
        }).then(() => reject(new DOMException('closed', 'AbortError')));
    });
}
