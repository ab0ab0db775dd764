// A form of a console: it has a name of its own, and what has become of it (it is being
// sent, or was refused) is there in the other language as well.

import { t } from '../../lib/i18n.js';
import { form as plain } from '../../app/elements/form.js';
import { ofPage } from './kept.js';

// What the page refuses by itself, at a field; key: of its sentence.

export function wrong(key, at, values = {}) {
    return { name: 'Wrong', at, code: 'WRONG', reply: {}, get text() { return t(key, values); } };
}

// options: as in app/elements/form.js; label, the name that a screen reader says, if it is
// not that of the button.

/** @param {Record<string, any>} options */

export function form({ label, act, ...options }) {
    const sent = ofPage(`form ${options.fields.map(({ name }) => name).join(' ')}`,
                        () => ({ running: null, error: null }));
    let isRedrawn = false;

    const element = plain({ .../** @type {any} */ (options), act: (values, once) => {
        return isRedrawn ? outcomeOf(sent) : run(sent, () => act(values, once), element);
    } });

    element.setAttribute('aria-label', label || options.submit);

    element.addEventListener('input', () => { sent.error = null; });
    element.addEventListener('phone:redrawn', () => {
        const at = document.activeElement;

        isRedrawn = true;
        element.requestSubmit();
        isRedrawn = false;
        setTimeout(() => at instanceof HTMLElement && at.focus({ preventScroll: true }));
    });

    return element;
}

// The form may have been drawn anew meanwhile, which shows it then, or left.

async function run(sent, act, element) {
    sent.error = null;
    sent.running = act();

    try {
        await sent.running;
    } catch (error) {
        sent.error = error;
        throw element.isConnected ? error : new DOMException('drawn anew', 'AbortError');
    } finally {
        sent.running = null;
    }
}

// Nothing is sent: it waits for what is on its way, or is refused as before.

async function outcomeOf({ running, error }) {
    if (running) {
        return running;
    }

    throw error || new DOMException('nothing was sent', 'AbortError');
}
