// The merchant's keys: which there are, which are used, which this browser has; and those
// of the platform, by which its replies are checked.

import { bdi, h, put } from '../../../lib/dom.js';
import { get } from '../../../lib/api.js';
import { fullTime } from '../../../lib/format.js';
import { parts, t } from '../../../lib/i18n.js';
import { loading } from '../../../app/elements/problem.js';
import { ask } from '../../../app/elements/sheet.js';
import { code, when } from '../../shared/act.js';
import { head, part } from '../../shared/head.js';
import { outcome } from '../../../lib/outcome.js';
import { table } from '../../shared/table.js';
import { call, current, resume } from '../calls.js';
import { idOf, keep, remove, stored } from '../keyring.js';
import { announced, keyForm } from './key-form.js';

export function keys({ signal }) {
    const body = h('div', { class: 'stack' });
    const told = outcome('announced');
    const load = () => loading(body, () => read(signal), (found) => put(body, page(found, load, told)), 5);

    load();

    return [head(t('shop.keys')), body];
}

async function read(signal) {
    const [own, platform, here] = await Promise.all([
        call('key.list', {}, { signal }), get('/pay/keys', { signal }), stored(),
    ]);

    return { own: own.keys, platform: platform.keys,
             here: here.filter(({ merchant }) => merchant === current().merchant) };
}

function page({ own, platform, here }, load, told) {
    const ids = new Set([...own.map((key) => key.key_id), ...here.map(({ keyId }) => keyId)].filter(Boolean));
    const rows = [...ids].map((id) => ({
        id, said: own.find((key) => key.key_id === id), entry: here.find(({ keyId }) => keyId === id),
    }));

    return [
        ownTable(rows, load, told),
        told,
        h('p', { class: 'muted small' }, t('keys.retireText')),
        h('div', { class: 'columns' },
            h('section', {}, h('h2', {}, t('keys.next')), h('p', { class: 'muted' }, t('keys.nextText')),
                keyForm({ merchant: current().merchant, done: async (draw) => {
                    await load();
                    told.show(draw);
                } })),
            part(t('keys.platform'), platformPart(platform, load))),
    ];
}

function ownTable(rows, load, told) {
    const list = table({ label: t('shop.keys'), none: t('keys.none'), columns: [
        { label: t('keys.id'), value: (row) => row.id,
          show: (row) => h('span', {}, code(row.id), ' ', row.id === current().keyId
              && h('span', { class: 'mark good' }, t('keys.signs'))) },
        { label: t('keys.kind'), value: (row) => row.said?.kind || row.entry?.type,
          show: (row) => code(row.said?.kind || row.entry?.type) },
        { label: t('keys.state'), value: (row) => row.said?.until,
          show: (row) => !row.said ? h('span', { class: 'mark wait' }, t('keys.notAdded'))
              : row.said.until ? t('keys.until', { time: fullTime(row.said.until) }) : t('keys.valid') },
        { label: t('keys.used'), value: (row) => row.said?.last_used_at,
          show: (row) => row.said?.last_used_at ? when(row.said.last_used_at) : t('keys.unused') },
        { label: t('keys.here'), value: (row) => Boolean(row.entry),
          show: (row) => t(row.entry ? 'keys.yes' : 'keys.no') },
    ], acts: (row) => row.entry && [
        row.entry.public && h('button', { type: 'button', class: 'link', onclick: async () =>
            told.show(await announced(row.entry)) }, t('keys.public')),
        h('button', { type: 'button', class: 'link danger-text', onclick: async () => {
            if (await ask({ title: t('keys.removeTitle'), yes: t('keys.remove'),
                            text: parts('keys.removeText', { key: bdi(row.id) }) })) {
                await remove(idOf(row.entry));
                await load();
            }
        } }, t('keys.remove')),
    ] });

    list.show(rows);

    return list;
}

// A key that was not there when this browser has looked first is compared by the merchant.

function platformPart(platform, load) {
    const known = current().platform || [];
    const strange = known.length ? platform.filter(({ sha256 }) => !known.includes(sha256)) : [];
    const list = table({ label: t('keys.platform'), none: '', columns: [
        { label: t('keys.id'), value: (row) => row.key_id,
          show: (row) => h('span', {}, code(row.key_id), ' ', strange.includes(row)
              && h('span', { class: 'mark wait' }, t('keys.new'))) },
        { label: t('keys.state'), value: (row) => row.status, show: (row) => t(`keys.${row.status}`) },
        { label: t('keys.sha256'), value: (row) => row.sha256, show: (row) => code(row.sha256) },
    ] });

    list.show(platform);

    return [
        h('p', { class: 'muted' }, t('keys.platformText')),
        list,
        strange.length > 0 && h('button', { type: 'button', onclick: async () => {
            const seen = { platform: platform.map(({ sha256 }) => sha256) };
            const kept = (await stored()).find(({ id }) => id === idOf(current()));

            if (kept) {
                await keep({ ...kept, ...seen });
            }

            resume({ ...current(), ...seen });
            await load();
        } }, t('keys.compared')),
    ];
}
