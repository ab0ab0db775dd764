// Notices as the merchant's pages show them: their state, their attempts, and a button
// that sends one again.

import { h } from '../../lib/dom.js';
import { fullTime } from '../../lib/format.js';
import { t } from '../../lib/i18n.js';
import { act, resultOf } from '../shared/act.js';
import { call } from './calls.js';

const LOOKS = { DELIVERED: 'good', PENDING: 'wait', EXHAUSTED: 'bad' };

// The notices of a reply, each with its attempts.

export function together({ notices, attempts }) {
    return notices.map((notice) => ({
        ...notice, attempts: attempts.filter(({ notify_id: id }) => id === notice.notify_id),
    }));
}

export function stateMark({ state }) {
    return h('span', { class: `mark ${LOOKS[state] || 'quiet'}` }, t(`told.${state}`));
}

export function tries({ attempts }) {
    const last = attempts.at(-1);

    return last && h('details', {},
        h('summary', {}, resultOf(last.result), ` × ${attempts.length}`),
        h('ul', {}, attempts.map((one) =>
            h('li', {}, `${fullTime(one.sent_at)} · `, resultOf(one.result), ` · ${one.took_ms} ms`))));
}

export function replayButton(notice) {
    return notice.state !== 'PENDING' && act(t('told.replay'), t('told.replayed'), () =>
        call('notice.replay', { notify_id: notice.notify_id }));
}
