// The password and the payment PIN.

import * as api from '../../lib/api.js';
import { h, put } from '../../lib/dom.js';
import { fullTime } from '../../lib/format.js';
import { t } from '../../lib/i18n.js';
import { outcome } from '../../lib/outcome.js';
import * as router from '../../lib/router.js';
import { tab, who } from '../../lib/store.js';
import { form } from '../elements/form.js';
import { icon } from '../elements/icons.js';
import { pinStep } from '../elements/pin-pad.js';
import { loading, sentence } from '../elements/problem.js';
import { toast } from '../elements/toast.js';
import { loadMe, state } from '../state.js';
import { head } from './bills.js';
import { leave } from './me.js';

const FRESH = 600000;                   // how long a login by code is one

export function password() {
    const forced = Boolean(tab.get('mustChange'));
    const old = !forced && { name: 'old_password', label: t('password.old'), type: 'password',
                             secret: true, autocomplete: 'current-password',
                             hint: t('password.oldHint'), autofocus: true };

    return [
        head(t(forced ? 'password.choose' : 'password.title'), '/me'),
        forced && h('p', { class: 'note' }, t('password.forced')),
        form({
            fields: [old, { name: 'password', label: t('password.new'), type: 'password', secret: true,
                            required: true, autocomplete: 'new-password', hint: t('password.hint'),
                            autofocus: forced }].filter(Boolean),
            submit: t('password.do'),
            act: async ({ old_password: before, password: after }) => {
                try {
                    await api.post('/password', before ? { password: after, old_password: before }
                                                       : { password: after });
                } catch (error) {
                    throw Object.assign(error, { at: error.code === 'LOGIN_FAILED' ? 'old_password' : undefined });
                }
                tab.set('mustChange', null);
                toast(t('password.done'));
                router.go(forced ? tab.get('afterPassword') || '/bills' : '/me', { replace: true });
                tab.set('afterPassword', null);
            },
        }),
        forced && h('button', { type: 'button', class: 'link wide', onclick: leave }, t('me.leave')),
    ];
}

// Old PIN (if there is one), new PIN, the same again.  after: where to go then.  The other
// language shows the step that was reached.

export function pin({ query, signal }) {
    const place = outcome('pin', h('div', { class: 'pin-page' }));
    let old;

    const askOld = (error) => show(place, () => step('pin.old', error && sentence(error), (digits) => {
        old = digits;
        askNew();
    }, h('a', { class: 'center link', href: router.href('/me/pin/forgotten') }, t('pin.forgotten'))));

    const askNew = (why) => chooseTwice(place, save, why);

    async function save(fresh) {
        try {
            await api.post('/pay/pin', old ? { pin: fresh, old_pin: old } : { pin: fresh });
            await loadMe().catch(() => {});         // the PIN is saved all the same
            toast(t('pin.done'));
            router.go(query.get('after') || '/me', { replace: true });
        } catch (error) {
            if (error.field === 'pin' || error.code === 'PIN_WEAK' || !state.me.pin_set) {
                askNew(() => sentence(error));
            } else {
                askOld(error);
            }
        }
    }

    if (!place.hasChildNodes()) {
        loading(place, async () => state.me || loadMe(signal), (me) => (me.pin_set ? askOld() : askNew()));
    }

    return [head(t('pin.title'), '/me'), place];
}

function step(title, text, onpin, more) {
    return pinStep({ title: t(title), more, problem: text, onpin });
}

function show(place, draw) {
    place.show(draw).querySelector('input').focus();
}

// What is typed cannot be seen.

/** @param {() => string} [why] */

function chooseTwice(place, done, why) {
    show(place, () => step('pin.new', why?.(), (fresh) => {
        show(place, () => step('pin.again', '', (digits) => (digits === fresh
            ? done(fresh) : chooseTwice(place, done, () => t('pin.differ')))));
    }, h('p', { class: 'muted center' }, t('pin.hint'))));
}

// Not before the session is one that may do it.

export function forgottenPin({ signal }) {
    const place = outcome('forgotten', h('div', { class: 'pin-page' }));

    function first({ sessions }) {
        const { how, created_at: at } = sessions.find(({ current }) => current) || {};
        const isFresh = how === 'code' && api.now() - new Date(at).getTime() < FRESH;

        put(place, h('p', {}, t('forgotten.text')),
            h('ol', { class: 'steps' }, h('li', {}, t('forgotten.code')),
              h('li', {}, t('forgotten.password')), h('li', {}, t('forgotten.wait'))),
            isFresh ? h('button', { type: 'button', class: 'primary wide', onclick: () => choose() },
                        t('forgotten.do'))
                : h('button', { type: 'button', class: 'primary wide', onclick: logInAgain },
                    t('forgotten.logIn')));
    }

    async function logInAgain(event) {
        const phone = who.get();

        tab.set('loginBy', 'code');
        await leave(event);

        if (!who.get()) {
            tab.set('back', { path: '/me/pin/forgotten', phone });
        }
    }

    /** @param {() => string} [why] */
    const choose = (why) => chooseTwice(place, prove, why);

    function prove(digits) {
        show(place, () => form({
            fields: [{ name: 'password', label: t('login.password'), type: 'password', secret: true,
                       required: true, autocomplete: 'current-password', autofocus: true }],
            submit: t('forgotten.set'),
            act: async (fields) => {
                try {
                    const { until } = await api.post('/pay/pin/forgotten', { pin: digits, ...fields });
                    done(until);
                } catch (error) {
                    if (error.code === 'PIN_WEAK') {
                        return choose(() => sentence(error));
                    }
                    throw Object.assign(error, { at: error.code === 'LOGIN_FAILED' ? 'password' : undefined });
                }
                return undefined;
            },
        }));
    }

    function done(until) {
        place.show(() => h('div', { class: 'result' }, h('div', { class: 'sign wait' }, icon('clock')),
            h('h2', {}, t('forgotten.done', { time: fullTime(until) }))));
    }

    if (!place.hasChildNodes()) {
        loading(place, () => api.get('/sessions', { signal }), first);
    }

    return [head(t('pin.forgotten'), '/me/pin'), place];
}

