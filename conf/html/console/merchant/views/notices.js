// What the platform has told the merchant, each attempt, and how it is told again.

import { h, put } from '../../../lib/dom.js';
import { fullTime } from '../../../lib/format.js';
import { t } from '../../../lib/i18n.js';
import * as router from '../../../lib/router.js';
import { problem } from '../../../app/elements/problem.js';
import { ask } from '../../../app/elements/sheet.js';
import { code } from '../../shared/act.js';
import { head } from '../../shared/head.js';
import { table } from '../../shared/table.js';
import { call, wait } from '../calls.js';
import { replayButton, stateMark, together, tries } from '../notes.js';
import { billLink } from './bills.js';

const FULL = 50;
const STATES = ['', 'EXHAUSTED', 'PENDING', 'DELIVERED'];

export function notices({ query, signal }) {
    const asked = query.get('state') || '';
    const state = STATES.includes(asked) ? asked : '';

    const list = table({
        label: t('shop.notices'), none: t('told.none'), file: 'notices', page: pages(state, signal),
        columns: [
            { label: t('told.put'), value: (row) => row.created_at, show: (row) => fullTime(row.created_at) },
            { label: t('told.event'), value: (row) => row.event, show: (row) => t(`event.${row.event}`) },
            { label: t('told.subject'), value: (row) => row.bill_id || row.refund_id,
              show: (row) => row.bill_id ? billLink(row.bill_id, row.bill_id) : code(row.refund_id) },
            { label: t('told.state'), value: (row) => row.state, tight: true, show: stateMark },
            { label: t('told.tries'), value: (row) => row.attempts.map((one) => one.result).join(' '), show: tries },
            { label: t('told.next'), value: (row) => row.next_at, show: (row) => row.next_at && fullTime(row.next_at) },
        ],
        acts: replayButton,
    });

    list.load();

    return [
        head(t('shop.notices')),
        noticesSwitch(`/notices${state && `?state=${state}`}`),
        h('div', { class: 'row-acts' }, replayAll(signal)),
        list,
    ];
}

export function noticesSwitch(here) {
    return h('nav', { class: 'segments switch', 'aria-label': t('shop.notices') },
        [...STATES.map((state) => [`/notices${state && `?state=${state}`}`, `told.${state || 'all'}`]),
         ['/check', 'shop.check']].map(([to, key]) =>
            h('a', { href: router.href(to), 'aria-current': to === here ? 'page' : undefined }, t(key))));
}

// A page of a state may be short, or empty, although there are more.

const pages = (state, signal) => async (before) => {
    const rows = [];
    let next = before;

    do {
        const reply = await call('notice.list', { state, limit: FULL, before: next }, { signal });

        rows.push(...together(reply));
        next = reply.next_before;
    } while (next && rows.length < FULL);

    return { rows, next };
};

// All that are exhausted: a job, which goes on when this page is left.

function replayAll(signal) {
    const place = h('span', { role: 'status' });
    const button = h('button', { type: 'button', onclick: async () => {
        if (!await ask({ title: t('told.allTitle'), text: t('told.allText'), yes: t('told.allDo') })) {
            return;
        }

        button.disabled = true;

        try {
            const n = await job(place, signal);
            put(place, h('span', { class: 'mark good' }, t('told.allDone', { n })));
        } catch (error) {
            if (error.name !== 'AbortError') {
                put(place, problem(error));
            }
        }

        button.disabled = false;
    } }, t('told.replayAll'));

    return [button, place];
}

async function job(place, signal) {
    let reply = await call('notice.replay', { since: 1 }, { signal });

    while (reply.job === 'RUNNING') {
        put(place, t('told.allRunning', { n: reply.done }));
        await wait(signal);
        reply = await call('notice.replay', { job_id: reply.job_id }, { signal });
    }

    if (reply.job === 'FAILED') {
        throw { name: 'Failed', text: t('told.allFailed'), code: 'FAILED', reply: {} };
    }

    return reply.done;
}
