// Cards of the built-in bank: a new one, and a new proof for one.

import * as api from '../../../lib/api.js';
import { bdi, h } from '../../../lib/dom.js';
import { parts, t } from '../../../lib/i18n.js';
import { sure } from '../../shared/act.js';
import { form } from '../../../app/elements/form.js';
import { head, said } from '../../shared/head.js';
import { outcome } from '../../../lib/outcome.js';
import { amountText, given, inMinor } from '../given.js';

const DIGITS = { inputmode: 'numeric', secret: true, autocomplete: 'off' };

const number = () => ({ name: 'card_no', label: t('bankCards.number'), hint: t('bankCards.numberHint'),
                        required: true, ...DIGITS });

const proof = (hint, required) => ({ name: 'proof', label: t('bankCards.proof'), hint, maxlength: 6, required,
                                     ...DIGITS });

export function bankCards({ query }) {
    return [
        head(t('bankCards.title'), '/accounts'),
        h('div', { class: 'columns' },
            section('card', t('bankCards.add'), t('bankCards.text'), [
                { name: 'phone', label: t('accounts.phone'), type: 'tel', required: true,
                  defaultValue: query.get('phone') || '' },
                number(),
                { name: 'balance', label: t('bankCards.balance'), hint: t('accounts.amountHint'), inputmode: 'decimal',
                  required: true },
                { name: 'currency', label: t('accounts.currency'), required: true, maxlength: 3 },
                { name: 'bank', label: t('stuck.bank'), hint: t('bankCards.bankHint') },
                proof(t('bankCards.proofHint'), false),
            ], t('bankCards.add'), '/operator/bank-cards', (reply) =>
                parts(reply.bank_kind === 'HTTP' ? 'bankCards.addedHttp' : 'bankCards.added',
                      { number: bdi(reply.number) })),
            section('proof', t('bankCards.proofNew'), t('bankCards.proofText'), [number(), proof('', true)],
                    t('bankCards.proofDo'), '/operator/bank-cards/proof', () => t('bankCards.proofDone'))),
    ];
}

function section(name, title, text, fields, submit, path, words) {
    const result = outcome(name);

    return h('section', {}, h('h2', {}, title), h('p', { class: 'muted' }, text), form({
        fields, submit,
        act: async (typed) => {
            const fields = inMinor(given(typed), 'balance', 0);

            if (fields.balance !== undefined) {
                await sure({ title: t('bankCards.sure'), yes: submit, text: parts('bankCards.sureText', {
                    phone: bdi(fields.phone), amount: amountText({ currency: fields.currency, amount: fields.balance }),
                }) });
            }

            const reply = await api.post(path, { ...fields, card_no: fields.card_no.replace(/[ -]/g, '') });

            result.show(() => said('good', words(reply)));
        },
    }), result);
}
