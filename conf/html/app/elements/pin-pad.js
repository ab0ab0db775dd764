// <pin-pad>: six digits, by its keys or by a keyboard.  It sends "pin" when they are
// complete and forgets them at once; fail(text) asks again.

import { h, put } from '../../lib/dom.js';
import { t } from '../../lib/i18n.js';
import { icon } from './icons.js';

const LENGTH = 6;

let serial = 0;

class PinPad extends HTMLElement {
    connectedCallback() {
        if (this.input) {
            return;
        }

        const id = `pin-problem-${++serial}`;

        this.input = h('input', {
            type: 'password', inputmode: 'none', maxlength: LENGTH, autocomplete: 'off',
            autofocus: true, class: 'pin-input', 'aria-label': this.getAttribute('label'),
            'aria-describedby': id, oninput: () => this.#changed(),
        });
        this.dots = h('div', { class: 'pin-dots', 'aria-hidden': 'true' },
                      Array.from({ length: LENGTH }, () => h('span')));
        this.problem = h('p', { id, class: 'problem-text', role: 'alert' });

        put(this, h('div', { class: 'pin-field' }, this.input, this.dots), this.problem,
            h('div', { class: 'pin-keys' },
                ['1', '2', '3', '4', '5', '6', '7', '8', '9'].map((digit) => this.#key(digit)),
                h('span'), this.#key('0'),
                h('button', { type: 'button', class: 'key', 'aria-label': t('pin.erase'),
                              onclick: () => this.#set(this.input.value.slice(0, -1)) },
                  icon('erase'))));
    }

    #key(digit) {
        return h('button', { type: 'button', class: 'key',
                             onclick: () => this.#set(this.input.value + digit) }, digit);
    }

    #set(value) {
        this.input.value = value.slice(0, LENGTH);
        this.#changed();
    }

    #changed() {
        const digits = this.input.value.replace(/\D/g, '').slice(0, LENGTH);

        this.input.value = digits;
        [...this.dots.children].forEach((dot, i) => dot.classList.toggle('full', i < digits.length));

        if (digits.length) {
            this.problem.textContent = '';
        }

        if (digits.length === LENGTH) {
            this.input.value = '';
            this.#changed();
            this.dispatchEvent(new CustomEvent('pin', { detail: digits }));
        }
    }

    fail(text) {
        this.problem.textContent = text;
        this.input.focus();
    }
}

customElements.define('pin-pad', PinPad);

// A step of a sheet or of a page.  More is what stands between the heading and the
// pad; onpin gets the digits and the pad.

/**
 * @param {{ title: string, more?: Node, problem?: string, onback?: () => void,
 *           onpin: (digits: string, pad: HTMLElement) => unknown }} options
 */

export function pinStep({ title, more, onpin, problem, onback }) {
    const pad = h('pin-pad', { label: t('pin.label') });

    pad.addEventListener('pin', (event) => onpin(event.detail, pad));

    if (problem) {
        queueMicrotask(() => pad.fail(problem));
    }

    return h('div', { class: 'step pin-step' },
        onback && h('button', { type: 'button', class: 'plain step-back', 'aria-label': t('act.back'),
                                onclick: onback }, icon('back')),
        h('h2', {}, title), more, pad);
}
