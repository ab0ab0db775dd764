// Who is logged in, and how many mails wait.  "phone:me" is sent when it changes.

import { get } from '../lib/api.js';
import { useCurrency } from '../lib/format.js';

export const state = { me: null };

export async function loadMe(signal) {
    state.me = await get('/me', { signal });
    useCurrency(state.me.currency);
    changed();
    return state.me;
}

export function setUnread(unread) {
    if (state.me && state.me.unread !== unread) {
        state.me.unread = unread;
        changed();
    }
}

export function forget() {
    state.me = null;
    changed();
}

function changed() {
    document.dispatchEvent(new CustomEvent('phone:me'));
}
