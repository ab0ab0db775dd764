// A file of contacts: what would come of each row first, then the import, and its undo.

import * as api from '../../lib/api.js';
import { bdi, h, put } from '../../lib/dom.js';
import { phone } from '../../lib/format.js';
import { has, parts, t } from '../../lib/i18n.js';
import { ofPage } from '../../lib/kept.js';
import { outcome } from '../../lib/outcome.js';
import * as router from '../../lib/router.js';
import { fileField } from '../elements/file.js';
import { form } from '../elements/form.js';
import { loading, problem } from '../elements/problem.js';
import { ask } from '../elements/sheet.js';
import { head } from '../views/bills.js';
import { bookChanged } from './names.js';
import './texts.js';

const PAUSE = 700;
const PATIENCE = 120000;                // 10 MiB from a phone

const OUTCOMES = ['created', 'merged', 'duplicate', 'invalid'];
const MARKS = { created: 'good', merged: 'good', duplicate: 'quiet', invalid: 'wait' };

// The file of a dry run: a reload forgets it.
let chosen = null;

async function send(file, dry) {
    const { job_id: job } = await api.post(`/mail/contacts/import${dry ? '?dry_run=1' : ''}`, file,
                                           { patience: PATIENCE });

    chosen = dry ? { file, job } : null;
    return job;
}

const pathOf = (job) => `/contacts/import/${encodeURIComponent(job)}`;

const hint = () => parts('import.fileHint', {
    vcard: h('span', { lang: 'en' }, 'vCard (.vcf)'), csv: h('span', { lang: 'en' }, 'CSV'),
});

export function importPage() {
    const element = form({
        fields: [fileField({ name: 'file', label: t('import.file'), hint: hint(), secret: true,
                             accept: '.vcf,.csv,.txt,text/vcard,text/csv', required: true })],
        submit: t('import.check'),
        act: async () => router.go(pathOf(await send(element.inputs.file.files[0], true))),
    });

    return [head(t('import.title'), '/contacts'), h('p', { class: 'muted' }, t('import.text')), element];
}

export function importJob({ params, signal }) {
    const path = `/mail/contacts/import/${encodeURIComponent(params.job)}`;
    const progress = h('progress', { 'aria-label': t('import.progress'), max: 1 });
    const count = h('p', { class: 'muted center tabular', role: 'status' });
    const body = h('div', { class: 'stack' });
    const kept = ofPage('import', () => ({ job: null, rows: [] }));
    const said = outcome('import', h('div', { role: 'alert' }));

    const isRunning = (job) => job.state === 'RUNNING' || job.undo === 'RUNNING';

    const load = () => loading(body, () => api.get(path, { signal }), async (job) => {
        while (isRunning(job)) {
            wait(job);
            await pause(signal);
            job = await api.get(path, { signal });
        }

        bookChanged();
        kept.rows = job.results;
        draw(job);
    });

    function wait(job) {
        if (!progress.isConnected) {
            put(body, progress, count);
        }

        if (job.undo) {
            progress.removeAttribute('value');
            count.textContent = t('import.undoing');
        } else {
            progress.max = Math.max(1, job.rows);
            progress.value = job.done;
            count.textContent = t('import.soFar', { n: String(job.done), all: String(job.rows) });
        }
    }

    function draw(job) {
        kept.job = job;
        put(body,
            h('p', { class: 'strong', role: 'status' }, heading(job)),
            job.undo === 'DONE' ? h('dl', { class: 'facts' }, ['removed', 'shortened', 'left'].map((name) =>
                fact(t(`undone.${name}`), job[name])))
                : h('dl', { class: 'facts' }, OUTCOMES.map((name) => fact(t(`outcome.${name}`), job[name]))),
            acts(job), said,
            kept.rows.length > 0 && table(job));
    }

    function heading(job) {
        if (job.state === 'FAILED' || job.undo === 'FAILED') {
            return t('import.failed');
        }

        return job.undo ? t('import.undone') : t(job.dry_run ? 'import.dry' : 'import.done');
    }

    function acts(job) {
        const run = (text, props, work) => h('button', { type: 'button', ...props, onclick: async ({ target }) => {
            target.disabled = true;
            said.show(null);
            try {
                await work();
            } catch (error) {
                said.show(() => problem(error));
            }
            target.disabled = false;
        } }, text);

        if (job.dry_run) {
            if (chosen?.job !== params.job) {
                return h('a', { class: 'button wide', href: router.href('/contacts/import') }, t('import.again'));
            }

            return job.created + job.merged > 0 && run(
                t('import.do', { n: String(job.created + job.merged) }), { class: 'primary wide' },
                async () => router.go(pathOf(await send(chosen.file, false)), { replace: true }));
        }

        return [
            h('a', { class: 'button wide', href: router.href('/contacts') }, t('import.look')),
            !job.undo && job.stored > 0 && run(t('import.undo'), { class: 'wide' }, async () => {
                if (await ask({ title: t('import.undoTitle'), text: t('import.undoText'), yes: t('import.undo') })) {
                    await api.post(`${path}/undo`);
                    await load();
                }
            }),
        ];
    }

    function table(job) {
        return [
            h('table', { class: 'outcomes', role: 'table' },
                h('caption', { class: 'part' }, t(job.dry_run ? 'import.would' : 'import.rows')),
                h('thead', { role: 'rowgroup' }, h('tr', { role: 'row' }, columns(job).map((name) =>
                    h('th', { scope: 'col', role: 'columnheader' }, t(`column.${name}`))))),
                h('tbody', { role: 'rowgroup' }, kept.rows.map((row) => h('tr', { role: 'row' },
                    cell('tabular line-number', String(row.line)),
                    job.dry_run && cell('contact', row.name && bdi(row.name), row.name && row.number && h('br'),
                        row.number && h('span', { class: 'muted small tabular' }, bdi(phone(row.number)))),
                    cell('outcome', h('span', { class: `mark ${MARKS[row.outcome] || 'quiet'}` },
                                      t(`outcome.${row.outcome}`))),
                    cell('reason', row.reason && reason(row.reason)))))),
            job.next_after !== undefined && h('button', { type: 'button', class: 'wide', onclick: async (event) => {
                event.target.disabled = true;
                const more = await api.get(`${path}?after=${job.next_after}`, { signal }).catch(() => null);
                if (more) {
                    kept.rows = kept.rows.concat(more.results);
                    draw(more);
                } else {
                    event.target.disabled = false;
                }
            } }, t('act.more')),
        ];
    }

    if (kept.job) {
        draw(kept.job);
    } else {
        load();
    }

    return [head(t('import.title'), '/contacts'), body];
}

// A narrow screen shows a row as a block: the roles say that it is a row all the same.

const cell = (name, ...content) => h('td', { class: name, role: 'cell' }, content);

const columns = (job) => (job.dry_run ? ['line', 'who', 'outcome', 'reason'] : ['line', 'outcome', 'reason']);

function fact(name, value) {
    return h('div', {}, h('dt', {}, name), h('dd', {}, String(value)));
}

const reason = (code) => (has(`why.${code}`) ? t(`why.${code}`) : h('span', { class: 'number' }, code));

function pause(signal) {
    return new Promise((resolve, reject) => {
        const timer = setTimeout(resolve, PAUSE);
        signal.addEventListener('abort', () => {
            clearTimeout(timer);
            reject(signal.reason);
        }, { once: true });
    });
}
