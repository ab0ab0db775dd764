// The merchant's own file of a day against the statement: the differences as a table.

import { bdi, h, put } from '../../../lib/dom.js';
import { fullTime } from '../../../lib/format.js';
import { t } from '../../../lib/i18n.js';
import * as router from '../../../lib/router.js';
import { fileField } from '../../../app/elements/file.js';
import { icon } from '../../../app/elements/icons.js';
import { loading } from '../../../app/elements/problem.js';
import { code } from '../../shared/act.js';
import { save } from '../../shared/csv.js';
import { wrong } from '../../../lib/wrong.js';
import { facts, head } from '../../shared/head.js';
import { amountColumn, currencyColumn, table } from '../../shared/table.js';
import { call, current, file, upload, wait } from '../calls.js';
import { dayBefore, rowsOf, statementOf } from '../days.js';
import { dayForm, statementsSwitch } from './statements.js';

const MOST = 1000;                      // differences that are shown
const COUNTS = ['rows', 'platform_rows', 'matched', 'idle', 'not_at_platform', 'not_in_file', 'amount_differs',
                'currency_differs', 'status_differs', 'duplicate'];
const WRONG = COUNTS.slice(4);

export function reconcile({ params, signal, visit }) {
    const body = h('div', { class: 'stack', role: 'status' });
    const day = params.day || dayBefore(1);

    const element = dayForm(t('diff.do'), async ({ date }) => {
        const [chosen] = element.inputs.file.files;

        await madeOrWrong(date, visit);
        await upload('reconcile.create', { date }, await chosen.arrayBuffer(), { signal: visit });
        router.go(`/reconcile/${date}`);
    }, [fileField({ name: 'file', label: t('diff.file'), hint: t('diff.fileHint'), accept: '.csv,text/csv',
                    required: true, secret: true })], day);

    if (params.day) {
        loading(body, () => result(day, signal), (found) => put(body, page(day, found)), 5);
    }

    return [
        head(t('shop.reconcile'), params.day && '/reconcile'),
        statementsSwitch('/reconcile'),
        h('div', { class: 'columns' }, h('section', {}, element)),
        body,
    ];
}

// The statement has to be there first.

async function madeOrWrong(date, signal) {
    const { before, until } = await statementOf(date, { signal });

    if (before || until) {
        throw wrong(before ? 'day.before' : 'day.notOver', 'date', { until: until && fullTime(until) });
    }
}

async function result(day, signal) {
    for (;;) {
        const reply = await call('reconcile.query', { date: day }, { signal }).catch((error) => {
            if (error.code === 'NOT_FOUND') {
                return null;            // no file was sent
            }
            throw error;
        });

        if (reply?.state !== 'RUNNING') {
            const done = reply?.state === 'DONE';
            return { reply, differences: done ? await file('reconcile.file', { date: day }, { signal }) : null };
        }

        await wait(signal);
    }
}

function page(day, { reply, differences }) {
    if (!reply) {
        return h('p', { class: 'muted' }, t('diff.nothing', { day }));
    }

    if (!differences) {
        return h('p', { class: 'cause bad' }, icon('alert'), h('span', {}, t('diff.failed'), ' ', bdi(reply.error)));
    }

    const rows = rowsOf(differences.text, MOST);
    const same = WRONG.every((name) => !reply[name]);

    return [
        h('h2', {}, t('diff.of', { day })),
        h('p', { class: `cause ${same ? 'good' : 'bad'}` }, icon(same ? 'check' : 'alert'),
            h('span', {}, t(same ? 'diff.same' : 'diff.differs'))),
        facts([
            ...COUNTS.map((name) => [t(`diff.${name}`), String(reply[name])]),
            [t('diff.sent'), fullTime(reply.created_at)],
            [t('day.sha256'), h('span', {}, h('span', { class: 'mark good' }, t('day.checked')), ' ',
                                code(differences.sha256))],
        ]),
        h('div', { class: 'row-acts' }, h('button', { type: 'button', onclick: () =>
            save(`${current().merchant}-${day}-differences.csv`, differences.text) }, t('day.save'))),
        !same && differenceTable(rows),
    ];
}

function differenceTable(rows) {
    const list = table({ label: t('diff.differences'), none: '', file: 'differences', columns: [
        { label: t('diff.difference'), value: (row) => row.difference, show: (row) => t(`differs.${row.difference}`) },
        { label: t('diff.row'), value: (row) => row.row, end: true },
        { label: t('day.kind'), value: (row) => row.kind, show: (row) => t(`kind.${row.kind}`) },
        { label: t('diff.number'), value: (row) => row.out_refund_no || row.payout_no || row.out_trade_no,
          show: (row) => bdi(row.out_refund_no || row.payout_no || row.out_trade_no) },
        ...side('diff.platform', 'platform'), ...side('diff.yours', 'file'),
        { label: t('order.status'), value: (row) => row.file_status, show: (row) => row.file_status
            && bdi(row.file_status) },
    ] });

    list.show(rows);

    return list;
}

function side(key, whose) {
    const of = (row) => ({ amount: row[`${whose}_amount`] || undefined, currency: row[`${whose}_currency`] });

    return [amountColumn(t(key), of), currencyColumn(of, `${t(key)}: ${t('table.currency')}`)];
}
