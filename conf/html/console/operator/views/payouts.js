// What was paid out to a merchant, and one more payout.

import * as api from '../../../lib/api.js';
import { bdi, h } from '../../../lib/dom.js';
import { money } from '../../../lib/format.js';
import { parts, t } from '../../../lib/i18n.js';
import { code, sure } from '../../shared/act.js';
import { form } from '../../../app/elements/form.js';
import { head, part, said } from '../../shared/head.js';
import { outcome } from '../../../lib/outcome.js';
import { amountColumn, currencyColumn, table, timeColumn } from '../../shared/table.js';
import { amountText, given, inMinor } from '../given.js';
import { pages } from './stuck.js';

const MOST = 50;                        // that the server gives at a time

export function payouts({ params, signal }) {
    const path = `/operator/merchants/${encodeURIComponent(params.id)}`;
    const told = outcome('payout');
    const list = table({
        label: t('payouts.list'), none: t('payouts.none'), file: `payouts-${params.id}`,
        page: pages(`${path}/payouts`, 'payouts', signal, MOST),
        columns: [
            timeColumn(t('payouts.paid'), 'paid_at'),
            { label: t('payouts.no'), value: (row) => row.settle_no, show: (row) => code(row.settle_no) },
            amountColumn(t('accounts.amount'), (row) => row),
            amountColumn(t('payouts.left'), ({ left: amount, currency }) => ({ amount, currency })),
            currencyColumn((row) => row),
            { label: t('payouts.reference'), value: (row) => row.reference,
              show: (row) => row.reference && bdi(row.reference) },
        ],
    });

    list.load();

    return [
        head(parts('payouts.title', { merchant: bdi(params.id) }), `/merchants/${encodeURIComponent(params.id)}`),
        told,
        h('div', { class: 'columns' }, settleForm(path, params.id, told, list)),
        part(t('payouts.list'), list),
    ];
}

function settleForm(path, merchant, told, list) {
    return h('section', {}, h('h2', {}, t('payouts.settle')),
        h('p', { class: 'muted' }, t('payouts.text')),
        form({
            fields: [
                { name: 'settle_no', label: t('payouts.no'), hint: t('payouts.noHint'), required: true },
                { name: 'amount', label: t('accounts.amount'), hint: t('payouts.amountHint'), inputmode: 'decimal' },
                { name: 'currency', label: t('accounts.currency'), hint: t('payouts.currencyHint'), maxlength: 3 },
                { name: 'reference', label: t('payouts.reference'), hint: t('payouts.referenceHint') },
            ],
            submit: t('payouts.do'),
            act: async (typed) => {
                const fields = inMinor(given(typed));
                const key = fields.amount !== undefined ? 'payouts.sureText'
                    : fields.currency ? 'payouts.sureCurrency' : 'payouts.sureAll';

                await sure({ title: t('payouts.sure'), yes: t('payouts.do'), text: parts(key, {
                    merchant: bdi(merchant), currency: fields.currency,
                    amount: fields.amount === undefined ? '' : amountText(fields),
                }) });

                const reply = await api.post(`${path}/settle`, fields);

                told.show(() => reply.settled.map((one) => said('good', t('payouts.done', {
                    amount: money(one.amount, one.currency), left: money(one.left, one.currency) }))));
                await list.load();
            },
        }));
}
