// What the platform has told the merchant, each attempt, and how it is told again.

import { h } from '../../../lib/dom.js';
import { t } from '../../../lib/i18n.js';
import * as router from '../../../lib/router.js';
import { problem } from '../../../app/elements/problem.js';
import { ask } from '../../../app/elements/sheet.js';
import { code, named } from '../../shared/act.js';
import { wrong } from '../../../lib/wrong.js';
import { head } from '../../shared/head.js';
import { outcome } from '../../../lib/outcome.js';
import { table, timeColumn } from '../../shared/table.js';
import { call, wait } from '../calls.js';
import { replayButton, stateMark, together, tries } from '../notes.js';
import { billLink } from './bills.js';

const FULL = 50;
const STATES = ['', 'EXHAUSTED', 'PENDING', 'DELIVERED'];

export function notices({ query, signal, visit }) {
    const asked = query.get('state') || '';
    const state = STATES.includes(asked) ? asked : '';

    const list = table({
        label: t('shop.notices'), none: t('told.none'), file: 'notices', page: pages(state, signal),
        columns: [
            timeColumn(t('told.put'), 'created_at'),
            { label: t('told.event'), value: (row) => row.event, tight: true,
              show: (row) => named(`event.${row.event}`, row.event) },
            { label: t('told.subject'), value: (row) => row.bill_id || row.refund_id || row.text_id,
              show: (row) => row.bill_id ? h('span', { class: 'code' }, billLink(row.bill_id, row.bill_id))
                  : code(row.refund_id || row.text_id) },
            { label: t('told.state'), value: (row) => row.state, tight: true, show: stateMark },
            { label: t('told.tries'), value: (row) => row.attempts.map((one) => one.result).join(' '), show: tries },
            timeColumn(t('told.next'), 'next_at'),
        ],
        acts: replayButton,
    });

    list.load();

    return [
        head(t('shop.notices')),
        noticesSwitch(`/notices${state && `?state=${state}`}`),
        h('div', { class: 'row-acts' }, replayAll(visit)),
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

function replayAll(visit) {
    const place = outcome('replayed', h('span', { role: 'status' }));
    const button = h('button', { type: 'button', onclick: async () => {
        if (!await ask({ title: t('told.allTitle'), text: t('told.allText'), yes: t('told.allDo') })) {
            return;
        }

        button.disabled = true;

        try {
            const n = await job(place, visit);
            place.show(() => h('span', { class: 'mark good' }, t('told.allDone', { n })));
        } catch (error) {
            if (error.name !== 'AbortError') {
                place.show(() => problem(error));
            }
        }

        button.disabled = false;
    } }, t('told.replayAll'));

    return [button, place];
}

async function job(place, signal) {
    let reply = await call('notice.replay', { since: 1 }, { signal });

    while (reply.job === 'RUNNING') {
        const n = reply.done;

        place.show(() => t('told.allRunning', { n }));
        await wait(signal);
        reply = await call('notice.replay', { job_id: reply.job_id }, { signal });
    }

    if (reply.job === 'FAILED') {
        throw wrong('told.allFailed');
    }

    return reply.done;
}
