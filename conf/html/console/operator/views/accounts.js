// A number: its PIN, its prepaid balance.  The API shows no account to the operator.

import * as api from '../../../lib/api.js';
import { bdi, h } from '../../../lib/dom.js';
import { money, phone as shown } from '../../../lib/format.js';
import { parts, t } from '../../../lib/i18n.js';
import * as router from '../../../lib/router.js';
import { sure } from '../../shared/act.js';
import { form } from '../../../app/elements/form.js';
import { head, said } from '../../shared/head.js';
import { outcome } from '../../../lib/outcome.js';
import { amountText, given, inMinor } from '../given.js';

export function accounts({ query }) {
    return [
        head(t('console.accounts')),
        h('div', { class: 'row-acts' },
            h('a', { class: 'button', href: router.href('/bank-cards') }, t('bankCards.title'))),
        h('div', { class: 'columns' }, unlock(query.get('phone') || ''), credit(query.get('phone') || '')),
    ];
}

const number = (value) => ({ name: 'phone', label: t('accounts.phone'), type: 'tel', required: true,
                             defaultValue: value });

const path = (phone, what) => `/operator/accounts/${encodeURIComponent(phone.trim())}/${what}`;

function section(name, title, text, makeForm) {
    const result = outcome(name);
    const say = (make) => result.show(() => said('good', make()));

    return h('section', {}, h('h2', {}, title), h('p', { class: 'muted' }, text), makeForm(say), result);
}

function unlock(value) {
    return section('unlocked', t('accounts.unlock'), t('accounts.unlockText'), (say) => form({
        fields: [number(value)],
        submit: t('accounts.unlockDo'),
        danger: true,
        act: async ({ phone }) => {
            await sure({ title: t('accounts.unlockTitle'), yes: t('accounts.unlockDo'),
                         text: parts('accounts.unlockSure', { phone: bdi(shown(phone)) }) });

            const reply = await api.post(path(phone, 'pin-reset'));
            say(() => parts('accounts.unlocked', { phone: bdi(shown(reply.phone)) }));
        },
    }));
}

function credit(value) {
    return section('credited', t('accounts.credit'), t('accounts.creditText'), (say) => form({
        name: `credit.${value}`,
        fields: [
            number(value),
            { name: 'amount', label: t('accounts.amount'), hint: t('accounts.amountHint'), inputmode: 'decimal',
              required: true },
            { name: 'currency', label: t('accounts.currency'), required: true, defaultValue: 'CNY', maxlength: 3 },
            { name: 'credit_no', label: t('accounts.creditNo'), hint: t('accounts.creditNoHint'), required: true },
        ],
        submit: t('accounts.creditDo'),
        act: async (typed) => {
            const { phone, ...fields } = inMinor(given(typed));

            await sure({ title: t('accounts.creditTitle'), yes: t('accounts.creditDo'),
                         text: parts('accounts.creditSure', { phone: bdi(shown(phone)),
                                                              amount: amountText(fields) }) });

            const reply = await api.post(path(phone, 'credit'), fields);
            say(() => parts('accounts.credited', { phone: bdi(shown(reply.phone)),
                                                   balance: money(reply.balance, reply.currency) }));
        },
    }));
}
