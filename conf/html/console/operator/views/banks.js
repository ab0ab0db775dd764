// A bank over HTTP has paid what it owes: a job books it.

import * as api from '../../../lib/api.js';
import { h } from '../../../lib/dom.js';
import { money } from '../../../lib/format.js';
import { parts, t } from '../../../lib/i18n.js';
import { problem } from '../../../app/elements/problem.js';
import { sure } from '../../shared/act.js';
import { form } from '../../../app/elements/form.js';
import { head, said } from '../../shared/head.js';
import { outcome } from '../../../lib/outcome.js';
import { amountText, given, inMinor } from '../given.js';

const LOOK = 2000;

const LEVELS = { RUNNING: 'wait', DONE: 'good', FAILED: 'bad' };

export function banks({ visit }) {
    const told = outcome('bank');

    return [
        head(t('banks.title'), '/ledger'),
        h('p', { class: 'muted' }, t('banks.text')),
        h('div', { class: 'columns' }, form({
            fields: [
                { name: 'bank', label: t('stuck.bank'), hint: t('banks.bankHint'), required: true },
                { name: 'settle_no', label: t('payouts.no'), hint: t('banks.noHint'), required: true },
                { name: 'amount', label: t('accounts.amount'), hint: t('banks.amountHint'), inputmode: 'decimal' },
                { name: 'currency', label: t('accounts.currency'), hint: t('banks.currencyHint'), maxlength: 3 },
            ],
            submit: t('banks.do'),
            act: async (typed) => {
                const { bank, ...fields } = inMinor(given(typed));

                await sure({ title: t('banks.sure', { bank }), yes: t('banks.do'),
                             text: fields.amount === undefined ? t('banks.sureAll')
                                 : parts('banks.sureText', { amount: amountText(fields) }) });
                await follow(told, `/operator/banks/${encodeURIComponent(bank)}/settle`, fields, visit);
            },
        })),
        told,
    ];
}

// The first call starts the job, the same call again tells how far it is.  What fails later
// is shown with what was known before.

async function follow(told, path, fields, signal) {
    const reply = await api.post(path, fields, { signal });

    told.show(() => state(reply));

    if (reply.state === 'RUNNING') {
        setTimeout(() => follow(told, path, fields, signal).catch((error) =>
            error.name === 'AbortError' || told.show(() => [state(reply), problem(error)])), LOOK);
    }
}

function state(reply) {
    const { currency } = reply;

    return said(LEVELS[reply.state], t(`banks.${reply.state}`, {
        no: reply.settle_no, settled: money(reply.settled, currency),
        left: reply.left === undefined ? '' : money(reply.left, currency),
    }));
}
