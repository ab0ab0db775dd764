// The bills that were made or opened in this tab, the latest first: the API has no list of
// a merchant's bills.

import { tab } from '../../lib/store.js';
import { current } from './calls.js';

const MOST = 10;

const key = () => `seen.${current().merchant}`;

export const seen = () => tab.get(key()) || [];

export function note(billId) {
    tab.set(key(), [billId, ...seen().filter((id) => id !== billId)].slice(0, MOST));
}

export function forgetSeen() {
    tab.set(key(), null);
}
