// The check of the address that takes notices: probes, right and forged, and a grade.

import { bdi, h } from '../../../lib/dom.js';
import { lang, t } from '../../../lib/i18n.js';
import { problem } from '../../../app/elements/problem.js';
import { head, said } from '../../shared/head.js';
import { outcome } from '../../../lib/outcome.js';
import { table } from '../../shared/table.js';
import { call, wait } from '../calls.js';
import { noticesSwitch } from './notices.js';

const LOOKS = { GOOD: 'good', SLOW: 'wait', FAILED: 'bad', UNSAFE: 'bad' };

export function check({ visit }) {
    const place = outcome('check');
    const button = h('button', { type: 'button', class: 'primary', onclick: async () => {
        button.disabled = true;

        try {
            let reply = await call('notice.check', {}, { signal: visit });

            while (reply.state === 'RUNNING') {
                show(place, reply);
                await wait(visit);
                reply = await call('notice.check', { check_id: reply.check_id }, { signal: visit });
            }

            show(place, reply);
        } catch (error) {
            if (error.name !== 'AbortError') {
                place.show(() => problem(error));
            }
        }

        button.disabled = false;
    } }, t('probe.do'));

    return [
        head(t('shop.check')),
        noticesSwitch('/check'),
        h('p', { class: 'muted' }, t('probe.text')),
        h('div', { class: 'row-acts' }, button),
        place,
    ];
}

function show(place, reply) {
    place.show(() => [
        reply.state === 'RUNNING' ? said('wait', t('probe.running'))
            : said(LOOKS[reply.grade] || 'bad', h('strong', {}, t(`grade.${reply.grade}`)), ' ',
                   bdi(lang() === 'zh' ? reply.advice_zh : reply.advice)),
        probes(reply.probes),
    ]);
}

function probes(rows) {
    const list = table({ label: t('shop.check'), none: t('probe.none'), columns: [
        { label: t('probe.probe'), value: (row) => row.probe, show: (row) => t(`probe.${row.probe}`) },
        { label: t('probe.expected'), value: (row) => row.expected, show: (row) => t(`answer.${row.expected}`) },
        { label: t('probe.answer'), value: (row) => row.answer, show: (row) => t(`answer.${row.answer}`) },
        { label: t('probe.result'), value: (row) => row.result, show: (row) => bdi(row.result) },
        { label: t('probe.took'), value: (row) => row.took_ms, end: true, show: (row) => `${row.took_ms} ms` },
        { label: t('probe.grade'), value: (row) => row.grade,
          show: (row) => h('span', { class: `mark ${row.grade === 'PASSED' ? 'good' : 'bad'}` },
                           t(row.grade === 'PASSED' ? 'probe.passed' : 'probe.failed')) },
    ] });

    list.show(rows);

    return list;
}
