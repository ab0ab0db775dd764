// The password and the payment PIN.

import * as api from '../../lib/api.js';
import { h, put } from '../../lib/dom.js';
import { fullTime } from '../../lib/format.js';
import { t } from '../../lib/i18n.js';
import * as router from '../../lib/router.js';
import { tab } from '../../lib/store.js';
import { form } from '../elements/form.js';
import { icon } from '../elements/icons.js';
import { pinStep } from '../elements/pin-pad.js';
import { loading, sentence } from '../elements/problem.js';
import { toast } from '../elements/toast.js';
import { loadMe, state } from '../state.js';
import { head } from './bills.js';

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
    ];
}

// Old PIN (if there is one), new PIN, the same again.

export function pin({ signal }) {
    const place = h('div', { class: 'pin-page' });
    const given = {};

    const steps = {
        old: (text) => step('pin.old', text, (digits) => {
            given.old = digits;
            show('fresh');
        }, h('a', { class: 'center', href: router.href('/me/pin/forgotten') }, t('pin.forgotten'))),

        fresh: (text) => step('pin.new', text, (digits) => {
            given.fresh = digits;
            show('again');
        }, h('p', { class: 'muted center' }, t('pin.hint'))),

        again: (text) => step('pin.again', text, (digits) => {
            if (digits !== given.fresh) {
                return show('fresh', t('pin.differ'));
            }
            return save();
        }),
    };

    function show(name, text) {
        put(place, steps[name](text));
        place.querySelector('input').focus();
    }

    async function save() {
        try {
            await api.post('/pay/pin', given.old ? { pin: given.fresh, old_pin: given.old }
                                                 : { pin: given.fresh });
            await loadMe().catch(() => {});         // the PIN is saved all the same
            toast(t('pin.done'));
            router.go(tab.get('afterPin') || '/me', { replace: true });
            tab.set('afterPin', null);
        } catch (error) {
            const first = state.me.pin_set ? 'old' : 'fresh';
            show(error.field === 'pin' || error.code === 'PIN_WEAK' ? 'fresh' : first, sentence(error));
        }
    }

    loading(place, async () => state.me || loadMe(signal),
            (me) => show(me.pin_set ? 'old' : 'fresh'));

    return [head(t('pin.title'), '/me'), place];
}

function step(title, text, onpin, more) {
    return pinStep({ title: t(title), more, problem: text, onpin });
}

export function forgottenPin() {
    const place = h('div', { class: 'pin-page' });

    function first() {
        put(place, h('p', {}, t('forgotten.text')),
            h('ol', { class: 'steps' }, h('li', {}, t('forgotten.code')),
              h('li', {}, t('forgotten.password')), h('li', {}, t('forgotten.wait'))),
            h('button', { type: 'button', class: 'primary wide', onclick: () => choose() },
              t('forgotten.do')));
    }

    function choose(text) {
        put(place, step('pin.new', text, (digits) => prove(digits)));
        place.querySelector('input').focus();
    }

    function prove(digits) {
        put(place, form({
            fields: [{ name: 'password', label: t('login.password'), type: 'password', secret: true,
                       required: true, autocomplete: 'current-password', autofocus: true }],
            submit: t('forgotten.set'),
            act: async (fields) => {
                try {
                    const { until } = await api.post('/pay/pin/forgotten', { pin: digits, ...fields });
                    done(until);
                } catch (error) {
                    if (error.code === 'PIN_WEAK') {
                        return choose(sentence(error));
                    }
                    throw Object.assign(error, { at: error.code === 'LOGIN_FAILED' ? 'password' : undefined });
                }
                return undefined;
            },
        }));
        place.querySelector('input').focus();
    }

    function done(until) {
        put(place, h('div', { class: 'result' }, h('div', { class: 'sign wait' }, icon('clock')),
            h('h2', {}, t('forgotten.done', { time: fullTime(until) }))));
    }

    first();

    return [head(t('pin.forgotten'), '/me/pin'), place];
}

