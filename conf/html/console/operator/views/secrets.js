// Which secrets have sealed how many records, and the job that seals them again.

import * as api from '../../../lib/api.js';
import { h, put } from '../../../lib/dom.js';
import { fullTime } from '../../../lib/format.js';
import { t } from '../../../lib/i18n.js';
import { loading } from '../../../app/elements/problem.js';
import { act, code, named } from '../../shared/act.js';
import { table } from '../../shared/table.js';
import { facts, head, part } from '../../shared/head.js';

const LOOK = 3000;

const LEVELS = { NEWEST: 'good', BEFORE: 'wait', MISSING: 'bad' };

export function secrets({ signal }) {
    const body = h('div', { class: 'stack', 'aria-live': 'polite' });
    const load = () => loading(body, () => api.get('/operator/secrets', { signal }), draw);

    function draw(reply) {
        const running = reply.job === 'RUNNING';

        put(body,
            keyTable(reply.keys),
            reply.job && job(reply),
            h('div', { class: 'row-acts' },
                running ? reseal(t('secrets.stop'), { cancel: 1 }, load)
                    : reply.keys.some(({ status }) => status === 'BEFORE') && reseal(t('secrets.do'), {}, load)));

        if (running) {
            setTimeout(() => signal.aborted || load(), LOOK);
        }
    }

    load();

    return [head(t('secrets.title'), '/health'), h('p', { class: 'muted' }, t('secrets.text')), body];
}

function keyTable(keys) {
    const list = table({ label: t('secrets.keys'), none: '', columns: [
        { label: t('merchants.key'), value: (row) => row.key_id, show: (row) => code(row.key_id) },
        { label: t('merchants.status'), value: (row) => row.status,
          show: (row) => h('span', { class: `mark ${LEVELS[row.status]}` }, t(`secrets.${row.status}`)) },
        { label: t('secrets.records'), value: (row) => row.records, end: true },
    ] });

    list.show(keys);

    return list;
}

function job(reply) {
    return part(t('secrets.job'), facts([
        [t('stuck.state'), named(`job.${reply.job}`, reply.job)],
        [t('secrets.done'), t('secrets.doneOf', { done: reply.done, total: reply.total })],
        [t('secrets.started'), fullTime(reply.started)],
        [t('secrets.ended'), reply.ended && fullTime(reply.ended)],
        [t('stuck.reason'), reply.error && code(reply.error)],
    ]));
}

function reseal(label, fields, load) {
    return act(label, t('secrets.asked'), async () => {
        await api.post('/operator/secrets/reseal', fields);
        await load();
    });
}
