// Who is logged in: what is known of the number, and what arrives for it.

import { bdi } from '../lib/dom.js';
import { money } from '../lib/format.js';
import { parts, t } from '../lib/i18n.js';
import * as live from '../lib/live.js';
import * as router from '../lib/router.js';
import { tab, who } from '../lib/store.js';
import * as bills from './bills.js';
import { closeSheet, isOpen } from './elements/sheet.js';
import { clearToasts, mountToasts, toast } from './elements/toast.js';
import { paySheet } from './pay.js';
import * as state from './state.js';

const AGAIN = 5000;

export async function begin() {
    try {
        mustChange(await state.loadMe());
        live.start();
    } catch {
        // 401 has led to the login; without an answer the lists say so
        if (who.get()) {
            setTimeout(begin, AGAIN);
        }
    }
}

// Whoever came in with a temporary password chooses one, also in a tab that did not see
// the login.

function mustChange({ must_change: must }) {
    if (Boolean(tab.get('mustChange')) === must) {
        return;
    }

    tab.set('mustChange', must || null);

    if (must && router.path() !== '/me/password') {
        tab.set('afterPassword', router.path());
        router.go('/me/password', { replace: true });
    }
}

// Nothing of one person is shown to the next.

export function end() {
    live.stop();
    state.forget();
    bills.forget();
    clearToasts();
    closeSheet();
    tab.set('afterPassword', null);
}

export function unread() {
    return state.state.me?.unread || 0;
}

export function leaveSheet() {
    closeSheet();
}

function isTyping() {
    const at = document.activeElement;
    return (at instanceof HTMLInputElement || at instanceof HTMLTextAreaElement) && at.value !== '';
}

function arrived(type, bill) {
    if (type === 'reset') {
        return;
    }

    bills.note(bill);

    if (type !== 'bill.new') {
        return;
    }

    if (!isOpen() && !isTyping()) {
        paySheet(bill);
        return;
    }

    toast(parts('bill.arrived', { merchant: bdi(bill.merchant), amount: money(bill.amount, bill.currency) }),
          { act: () => paySheet(bill), label: t('act.look'), stay: 20000 });
}

mountToasts();

live.on('bill.', arrived);

const countAgain = live.calm(() => who.get() && state.loadMe().catch(() => {}));

live.on('mail.', countAgain);
document.addEventListener('phone:mail', countAgain);
live.on('mail.new', (type, { from }) => {
    if (type === 'mail.new' && !router.path().startsWith('/mail')) {
        toast(t('mail.arrived'), { act: () => router.go(`/mail/with/${encodeURIComponent(from)}`),
                                   label: t('act.look') });
    }
});
