// What waits for the operator: notices that no merchant has acknowledged, and payments
// whose bank has given no clear answer.

import * as api from '../../../lib/api.js';
import { bdi, h } from '../../../lib/dom.js';
import { fullTime } from '../../../lib/format.js';
import { parts, t } from '../../../lib/i18n.js';
import * as router from '../../../lib/router.js';
import { act, code, named, resultOf } from '../../shared/act.js';
import { amountColumn, currencyColumn, table, timeColumn } from '../../shared/table.js';
import { head } from '../../shared/head.js';

const FULL = 100;

export const merchantLink = (id) => h('a', { href: router.href(`/merchants/${encodeURIComponent(id)}`) }, bdi(id));

// The next rows of a list.  A page that is not full may be the last one: only the server
// knows.

export const pages = (path, member, signal, limit = FULL) => async (before) => {
    const rows = [];
    let next = before;

    do {
        const page = next ? `&before=${encodeURIComponent(next)}` : '';
        const reply = await api.get(`${path}?limit=${limit}${page}`, { signal });

        rows.push(...reply[member]);
        next = reply.next_before;
    } while (next && rows.length < limit);

    return { rows, next };
};

export function notices({ signal }) {
    const list = noticeTable(pages('/operator/notices', 'notices', signal), 'notices');
    list.load();

    return [head(t('console.notices')), which('/notices'), list];
}

export function payments({ signal }) {
    const list = paymentTable(pages('/operator/payments', 'payments', signal), 'payments');
    list.load();

    return [head(t('console.notices')), which('/payments'), list];
}

function which(path) {
    return h('nav', { class: 'segments switch', 'aria-label': t('console.notices') },
        [['/notices', 'stuck.notices'], ['/payments', 'stuck.payments']].map(([to, key]) =>
            h('a', { href: router.href(to), 'aria-current': to === path ? 'page' : undefined }, t(key))));
}

/** @param {string} [file] */

export function noticeTable(page, file) {
    return table({
        label: t('stuck.notices'), none: t('stuck.noNotices'), file, page,
        columns: [
            timeColumn(t('stuck.exhausted'), 'exhausted_at'),
            { label: t('stuck.merchant'), value: (row) => row.merchant_id,
              show: (row) => merchantLink(row.merchant_id) },
            { label: t('stuck.event'), value: (row) => row.event, tight: true,
              show: (row) => named(`event.${row.event}`, row.event) },
            { label: t('stuck.subject'), value: (row) => row.subject_id, show: (row) => code(row.subject_id) },
            { label: t('stuck.last'), value: (row) => row.tries.at(-1)?.result, show: (row) => tries(row) },
            { label: t('stuck.notify'), value: (row) => row.notify_id, inFile: true },
        ],
        acts: (row) => act(t('stuck.replay'), t('stuck.replayed'), () =>
            api.post(`/operator/notices/${encodeURIComponent(row.notify_id)}/replay`)),
    });
}

function paymentState({ state, stopped_in: before }) {
    const what = named(`payState.${before || state}`, before || state);

    return h('span', {}, h('span', { class: `mark ${before ? 'bad' : 'wait'}` },
                           t(before ? 'stuck.STOPPED' : 'stuck.asking')), ' ',
        parts('stuck.stoppedIn', { what }));
}

/** @param {string} [file] */

export function paymentTable(page, file) {
    return table({
        label: t('stuck.payments'), none: t('stuck.noPayments'), file, page,
        columns: [
            timeColumn(t('stuck.unclear'), 'unclear_at'),
            { label: t('stuck.state'), value: (row) => [row.state, row.stopped_in].filter(Boolean).join(' '),
              show: paymentState },
            { label: t('stuck.reason'), value: (row) => row.reason, tight: true,
              show: (row) => row.reason && bdi(row.reason) },
            { label: t('stuck.bank'), value: (row) => row.bank, tight: true, show: (row) => bdi(row.bank) },
            amountColumn(t('stuck.amount'), (row) => row), currencyColumn((row) => row),
            { label: t('stuck.bill'), value: (row) => row.bill_id, show: (row) => code(row.bill_id) },
            { label: t('stuck.payment'), value: (row) => row.payment_id, inFile: true },
        ],
        acts: (row) => row.state === 'STOPPED' && act(t('stuck.resume'), t('stuck.resumed'), () =>
            api.post(`/operator/payments/${encodeURIComponent(row.payment_id)}/resume`), {
            title: t('stuck.resumeTitle'), text: t('stuck.resumeText'), yes: t('stuck.resume'),
        }),
    });
}

function tries(row) {
    const last = row.tries.at(-1);

    return last && h('details', {},
        h('summary', {}, resultOf(last.result), ` × ${row.attempt}`),
        h('ul', {}, row.tries.map((one) =>
            h('li', {}, `${fullTime(one.sent_at)} · `, resultOf(one.result), ` · ${one.took_ms} ms`))));
}
