// How this host is, and why: GET /status and GET /metrics every five seconds.

import * as api from '../../../lib/api.js';
import { bdi, h, put, svg } from '../../../lib/dom.js';
import { locale, t } from '../../../lib/i18n.js';
import * as router from '../../../lib/router.js';
import { loading } from '../../../app/elements/problem.js';
import { icon } from '../../../app/elements/icons.js';
import { table, timeColumn } from '../../shared/table.js';
import { causes } from '../causes.js';
import { quantile, rate, read } from '../figures.js';
import { facts, head, part } from '../../shared/head.js';

const EVERY = 5000;
const KEPT = 60;
const PATIENCE = 3000;

const CALLS = /^phone_calls_started_total$/;
const FAULTS = /^phone_calls_total\{.*class="5xx"/;

export function health({ signal }) {
    const body = h('div', { class: 'stack' });
    const readings = [];
    let place = null;
    let told = '';

    async function ask() {
        const [status, figures, notices, payments] = await Promise.all([
            readStatus(signal), read(signal).catch(() => null),
            waiting('notices', signal), waiting('payments', signal),
        ]);

        if (figures) {
            readings.push(figures);
            readings.splice(0, readings.length - KEPT);
        }

        return { status, figures, notices, payments };
    }

    function draw(seen) {
        place ||= frame(body);
        tell(causes(seen, readings[0]));
        put(place.charts, charts(readings));
        put(place.facts, hostFacts(seen.status));
        place.workers.show(seen.status.workers);
    }

    // What is read aloud is drawn when it changes.

    function tell(found) {
        const text = JSON.stringify(found);

        if (text !== told) {
            told = text;
            put(place.causes, found.map(causeLine));
        }
    }

    async function load() {
        await loading(body, ask, draw, 5);
        setTimeout(next, EVERY);
    }

    // What was shown stays while the server is away: the line at the top says so.

    async function next() {
        if (signal.aborted) {
            return;
        }

        if (!document.hidden && place) {
            await ask().then((seen) => !signal.aborted && draw(seen)).catch(() => {});
        }

        setTimeout(next, EVERY);
    }

    load();

    return [
        head(t('console.health')),
        body,
        h('div', { class: 'row-acts' },
            h('a', { class: 'button', href: router.href('/texts') }, t('texts.title')),
            h('a', { class: 'button', href: router.href('/secrets') }, t('secrets.title'))),
    ];
}

// 503 has the same members: this host cannot serve calls, and says why.

async function readStatus(signal) {
    try {
        return await api.get('/status', { signal, tries: 1 });
    } catch (error) {
        if (error.reply?.store_state) {
            return error.reply;
        }
        throw error;
    }
}

// Whether something waits; null: unknown, the store is away or slow.

async function waiting(what, signal) {
    try {
        const reply = await api.get(`/operator/${what}?limit=1`,
                                    { signal, tries: 1, patience: PATIENCE });
        return reply[what].length > 0;
    } catch {
        return null;
    }
}

function frame(body) {
    const place = {
        causes: h('ul', { class: 'stack', 'aria-live': 'polite' }),
        charts: h('div', { class: 'charts' }),
        facts: h('div'),
        workers: table({ label: t('health.workers'), none: t('health.noWorkers'), columns: [
            { label: t('health.worker'), value: (row) => row.worker },
            { label: t('health.pid'), value: (row) => row.pid },
            timeColumn(t('health.since'), 'started_at'),
            { label: t('health.store'), value: (row) => row.store,
              show: (row) => h('span', { class: `mark ${row.store === 'ok' ? 'good' : 'bad'}` },
                               row.store === 'ok' ? t('health.ok') : bdi(row.store)) },
            { label: t('health.clock'), value: (row) => row.clock_offset_ms, end: true,
              show: (row) => row.clock_offset_ms === undefined ? '' : `${row.clock_offset_ms} ms` },
        ] }),
    };

    put(body, place.causes, place.charts, part(t('health.host'), place.facts),
        part(t('health.workers'), place.workers));

    return place;
}

function causeLine({ level, key, values, to, reason }) {
    return h('li', { class: `cause ${level}` }, icon(level === 'good' ? 'check' : 'alert'),
        h('span', {}, t(key, values), reason && [' ', bdi(reason)],
            to && [' ', h('a', { href: router.href(to) }, t('act.look'))]));
}

function hostFacts(status) {
    return facts([
        [t('health.state'), storeState(status.store_state)],
        [t('health.uptime'), duration(status.uptime)],
        [t('health.storeId'), bdi(status.store_id)],
        [t('health.epoch'), String(status.store_epoch)],
        [t('health.version'), bdi(`ngx_phone ${status.version}, nginx ${status.nginx}`)],
    ]);
}

const STORES = { up: 'up', down: 'down', failing: 'failing', 'read-only': 'readOnly' };

const storeState = (state) => STORES[state] ? t(`store.${STORES[state]}`) : bdi(state);

function duration(seconds) {
    const minutes = Math.floor(seconds / 60);

    const said = { d: Math.floor(minutes / 1440), h: Math.floor(minutes / 60) % 24, m: minutes % 60 };

    return t(said.d ? 'health.days' : said.h ? 'health.hours' : 'health.minutes', said);
}

function charts(readings) {
    const pairs = readings.slice(1).map((now, i) => [readings[i], now]);

    return [
        chart('health.calls', pairs.map(([before, now]) => rate(before, now, CALLS)), 1),
        chart('health.faults', pairs.map(([before, now]) => rate(before, now, FAULTS)), 1),
        chart('health.median', pairs.map(([before, now]) => quantile(before, now, 'phone_call_seconds', 0.5)), 0),
        chart('health.slow', pairs.map(([before, now]) => quantile(before, now, 'phone_call_seconds', 0.99)), 0),
        chart('health.lag', readings.map(({ values }) => values.get('phone_events_lag_seconds') ?? null), 1),
    ];
}

function chart(key, values, digits) {
    const last = values.at(-1);
    const most = Math.max(1, ...values.filter(Number.isFinite));
    const points = values.map((value, i) => Number.isFinite(value)
        ? `${(100 - (values.length - 1 - i) * 100 / KEPT).toFixed(2)},${(38 - value / most * 36).toFixed(2)}` : '')
        .filter(Boolean).join(' ');
    const text = Number.isFinite(last)
        ? new Intl.NumberFormat(locale(), { maximumFractionDigits: digits }).format(last) : '–';

    return h('div', { class: 'chart' },
        h('p', { class: 'muted small' }, t(key)),
        h('p', { class: 'chart-value' }, text),
        svg('svg', { class: 'chart-line', viewBox: '0 0 100 40', preserveAspectRatio: 'none', 'aria-hidden': 'true' },
            svg('polyline', { points, 'vector-effect': 'non-scaling-stroke' })));
}
