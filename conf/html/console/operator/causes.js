// What is wrong, as docs/status.md says under "What to watch"; worst first.

import { sum } from './figures.js';

const GROWN = [
    [/^phone_calls_total\{.*class="5xx"/, 'cause.faults'],
    [/^phone_store_errors_total$/, 'cause.storeErrors'],
    [/^phone_compute_refused_total$/, 'cause.compute'],
    [/^phone_jobs_failed_total$/, 'cause.jobs'],
    [/^phone_blobs_failed_total$/, 'cause.files'],
    [/^phone_texts_given_up_total$/, 'cause.texts'],
];

// seen: status, figures (null: none), notices and payments (whether some wait; null:
// unknown).  first: the oldest reading that the page has.

export function causes({ status, figures, notices, payments }, first) {
    const found = [];
    const add = (level, key, more) => found.push({ level, key, ...more });
    const value = (name) => figures?.values.get(name) || 0;

    if (status.store_state !== 'up') {
        add('bad', `cause.${STATES[status.store_state] || 'storeFailing'}`);
    }

    for (const worker of status.workers.filter(({ store }) => store !== 'ok')) {
        add('bad', 'cause.worker', { values: { n: worker.worker }, reason: worker.store_reason || worker.store });
    }

    if (value('phone_store_writes_lost_total') > 0) {
        add('bad', 'cause.writesLost', { to: '/ledger' });
    }

    if (value('phone_store_memory_low') > 0) {
        add('bad', 'cause.memory');
    }

    const clock = Math.max(0, ...status.workers.map((worker) => Math.abs(worker.clock_offset_ms || 0)));

    if (clock > 1000) {
        add('bad', 'cause.clock', { values: { ms: clock } });
    }

    if (status.events?.lag_ms > 60000) {
        add('bad', 'cause.lag', { values: { s: Math.round(status.events.lag_ms / 1000) } });
    }

    if (status.events?.parked_age_ms > 600000) {
        add('wait', 'cause.parked', { values: { s: Math.round(status.events.parked_age_ms / 1000) } });
    }

    if (payments) {
        add('bad', 'cause.payments', { to: '/payments' });
    }

    if (notices) {
        add('wait', 'cause.notices', { to: '/notices' });
    }

    for (const [name, key] of figures && first ? GROWN : []) {
        const more = sum(figures, name) - sum(first, name);
        if (more > 0) {
            add('wait', key, { values: { n: more } });
        }
    }

    if (!figures || notices === null || payments === null) {
        add('wait', 'cause.unknown');
    }

    return found.length ? found : [{ level: 'good', key: 'cause.none' }];
}

const STATES = { down: 'storeDown', failing: 'storeFailing', 'read-only': 'storeReadOnly' };
