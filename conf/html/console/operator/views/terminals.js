// The terminals of a merchant: tills and card readers with keys of their own.

import * as api from '../../../lib/api.js';
import { bdi, h } from '../../../lib/dom.js';
import { fullTime } from '../../../lib/format.js';
import { parts, t } from '../../../lib/i18n.js';
import { act, code, sure } from '../../shared/act.js';
import { form } from '../../../app/elements/form.js';
import { head, part, said } from '../../shared/head.js';
import { outcome } from '../../../lib/outcome.js';
import { table, timeColumn } from '../../shared/table.js';
import { given } from '../given.js';
import { refusePrivate, statusMark } from './merchants.js';
import { pages } from './stuck.js';

export function terminals({ params, signal }) {
    const path = `/operator/merchants/${encodeURIComponent(params.id)}/terminals`;
    const told = outcome('terminal');
    const list = table({
        label: t('terminals.list'), none: t('terminals.none'), file: `terminals-${params.id}`,
        page: pages(path, 'terminals', signal),
        columns: [
            { label: t('terminals.id'), value: (row) => row.terminal_id, show: (row) => code(row.terminal_id) },
            { label: t('merchants.status'), value: (row) => row.status, show: (row) => statusMark(row.status) },
            timeColumn(t('merchants.made'), 'created_at'),
            { label: t('merchants.keys'), value: (row) => row.keys.map(({ key_id: id }) => id).join(' '),
              show: (row) => row.keys.map(keyLine) },
        ],
        acts: (row) => switchAct(path, row),
    });

    list.load();

    return [
        head(parts('terminals.title', { merchant: bdi(params.id) }), `/merchants/${encodeURIComponent(params.id)}`),
        list,
        told,
        part(t('terminals.add'), h('p', { class: 'muted' }, t('terminals.text')), h('div', { class: 'columns' }, form({
            fields: [
                { name: 'terminal_id', label: t('terminals.id'), hint: t('terminals.idHint'), required: true },
                { name: 'key_id', label: t('merchants.key'), hint: t('terminals.keyHint') },
                { name: 'public_key', label: t('merchants.publicKey'), hint: t('merchants.publicKeyHint'), rows: 5,
                  required: true, secret: true, spellcheck: 'false' },
                { name: 'retire_others_in', label: t('merchants.retire'), hint: t('merchants.retireHint'),
                  inputmode: 'numeric' },
            ],
            submit: t('terminals.do'),
            act: async (typed) => {
                refusePrivate(typed.public_key);

                if (typed.retire_others_in.trim()) {
                    await sure({ title: t('merchants.retireTitle'), yes: t('terminals.do'),
                                 text: t('merchants.retireText', { s: typed.retire_others_in.trim() }) });
                }

                const reply = await api.post(path, given(typed));

                told.show(() => said('good', parts('terminals.added', { terminal: code(reply.terminal_id) })));
                await list.load();
            },
        }))),
    ];
}

function keyLine(key) {
    return h('div', {}, code(key.key_id), ' ', h('span', { class: 'muted' },
        key.until ? t('terminals.until', { time: fullTime(key.until) })
            : key.last_used_at ? t('terminals.used', { time: fullTime(key.last_used_at) }) : t('merchants.unused')));
}

function switchAct(path, row) {
    const open = row.status === 'ACTIVE';

    return act(t(open ? 'merchants.disable' : 'merchants.enable'), t(open ? 'merchants.closed' : 'merchants.active'),
        () => api.post(path, { terminal_id: row.terminal_id, status: open ? 'CLOSED' : 'ACTIVE' }),
        open ? { title: t('terminals.sure'), yes: t('merchants.disable'),
                 text: parts('terminals.sureText', { terminal: bdi(row.terminal_id) }) } : undefined);
}
