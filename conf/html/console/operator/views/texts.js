// What has become of the texts (SMS) of this host, in words.  Their numbers and words are
// stored until the gateway has taken them, and shown to nobody.

import { h, put } from '../../../lib/dom.js';
import { number } from '../../../lib/format.js';
import { t } from '../../../lib/i18n.js';
import { loading } from '../../../app/elements/problem.js';
import { table } from '../../shared/table.js';
import { head, part } from '../../shared/head.js';
import { read } from '../figures.js';

// What is well, what is not known, what is wrong.

const SENT = [['taken', 'quiet'], ['delivered', 'good'], ['unknown', 'wait'], ['failed', 'bad'], ['given_up', 'bad']];
const REFUSED = ['sender', 'number', 'prefix', 'site', 'country', 'kind'];

export function texts({ signal }) {
    const body = h('div', { class: 'stack' });

    loading(body, () => read(signal), ({ values }) => {
        const total = (name) => values.get(`phone_texts_${name}_total`) ?? 0;

        put(body,
            part(t('texts.sent'), counts('texts.sent', SENT.map(([name, look]) =>
                ({ name, look, n: total(name) })))),
            part(t('texts.refused'), h('p', { class: 'muted' }, t('texts.refusedText')),
                counts('texts.refused', REFUSED.map((name) =>
                    ({ name, look: 'wait', n: total(`refused_${name}`) })))),
            part(t('texts.came'), counts('texts.came', [{ name: 'received', look: 'quiet', n: total('received') }])));
    }, 5);

    return [head(t('texts.title'), '/health'), h('p', { class: 'muted' }, t('texts.text')), body];
}

function counts(label, rows) {
    const list = table({ label: t(label), none: '', columns: [
        { label: t('texts.what'), value: (row) => row.name,
          show: (row) => h('span', { class: `mark ${row.n ? row.look : 'quiet'}` }, t(`texts.${row.name}`)) },
        { label: t('texts.means'), value: (row) => row.name, show: (row) => t(`textsMean.${row.name}`) },
        { label: t('texts.count'), value: (row) => row.n, end: true, show: (row) => number(row.n) },
    ] });

    list.show(rows);

    return list;
}
