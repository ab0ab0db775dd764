// What numbers are called in the phonebook, as the last replies have said.

import { bdi } from '../../lib/dom.js';
import { phone } from '../../lib/format.js';
import { choice } from '../../lib/store.js';
import { state } from '../state.js';

const names = new Map();

export function setName(number, name) {
    if (name) {
        names.set(number, name);
    } else {
        names.delete(number);
    }
}

export const isCalled = (number) => names.has(number);

// The name, and the number, which is what tells people apart.

export function called(number) {
    return names.has(number)
        ? [bdi(names.get(number), { class: 'clip' }), ' ',
           bdi(phone(number), { class: 'muted small called-number' })]
        : [bdi(phone(number))];
}

// The phonebook has changed: here, and for the other tabs of this browser.

export function bookChanged() {
    choice.set('contacts', Date.now());
    told();
}

function told() {
    document.dispatchEvent(new CustomEvent('phone:contacts'));
}

addEventListener('storage', ({ key }) => key === 'phone.contacts' && told());
document.addEventListener('phone:me', () => !state.me && names.clear());
