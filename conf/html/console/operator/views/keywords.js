// The keywords of a merchant: a text whose first word is one of them is passed on to it.

import * as api from '../../../lib/api.js';
import { bdi, h } from '../../../lib/dom.js';
import { parts, t } from '../../../lib/i18n.js';
import { problem } from '../../../app/elements/problem.js';
import { ask } from '../../../app/elements/sheet.js';
import { code } from '../../shared/act.js';
import { form } from '../../../app/elements/form.js';
import { head, part, said } from '../../shared/head.js';
import { outcome } from '../../../lib/outcome.js';
import { table, timeColumn } from '../../shared/table.js';

const MOST = 10;

// A change may arrive in the list a moment later: what the page has done is shown at once.

export function keywords({ params, signal }) {
    const path = `/operator/merchants/${encodeURIComponent(params.id)}/keywords`;
    const told = outcome('keyword');
    const list = table({
        label: t('keywords.list'), none: t('keywords.none'), file: `keywords-${params.id}`,
        id: (row) => row.keyword,
        page: async () => ({ rows: (await api.get(path, { signal })).keywords }),
        columns: [
            { label: t('keywords.keyword'), value: (row) => row.keyword, show: (row) => code(row.keyword) },
            timeColumn(t('keywords.since'), 'created_at'),
        ],
        acts: (row) => h('button', { type: 'button', class: 'link danger-text', 'aria-label':
            t('keywords.takeOf', { keyword: row.keyword }), onclick: ({ target }) => take(row.keyword, target) },
                         t('keywords.take')),
    });

    const without = (keyword) => list.now().rows.filter((row) => row.keyword !== keyword);

    async function take(keyword, button) {
        if (!await ask({ title: parts('keywords.sure', { keyword: bdi(keyword) }), yes: t('keywords.take'),
                         text: parts('keywords.sureText', { merchant: bdi(params.id) }) })) {
            return;
        }

        button.disabled = true;

        try {
            await api.del(`${path}/${encodeURIComponent(keyword)}`);
            list.show(without(keyword));
            told.show(() => said('good', parts('keywords.taken', { keyword: code(keyword) })));
        } catch (error) {
            button.disabled = false;
            told.show(() => problem(error));
        }
    }

    list.load();

    return [
        head(parts('keywords.title', { merchant: bdi(params.id) }), `/merchants/${encodeURIComponent(params.id)}`),
        h('p', { class: 'muted' }, t('keywords.text', { most: String(MOST) })),
        h('div', { class: 'columns' }, form({
            fields: [{ name: 'keyword', label: t('keywords.keyword'), hint: t('keywords.hint'), required: true,
                       maxlength: 20, spellcheck: 'false', autocomplete: 'off' }],
            submit: t('keywords.give'),
            act: async ({ keyword }) => {
                const { code: _, ...given } = await api.post(path, { keyword: keyword.trim() });

                list.show([given, ...without(given.keyword)]);
                told.show(() => said('good', parts('keywords.given', { keyword: code(given.keyword) })));
            },
        })),
        told,
        part(t('keywords.list'), list),
    ];
}
