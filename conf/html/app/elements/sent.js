// What has become of a form while its page is shown: it is being sent, or was refused.  The
// form that is drawn in the other language shows it, and sends nothing.  act: as in form.js.

import { ofPage } from '../../lib/kept.js';


export function keepSent(fields, act) {
    const sent = ofPage(`form ${fields.map(({ name }) => name).join(' ')}`, () => ({ running: null, error: null }));
    let isRedrawn = false;

    return {
        act: (values, once, element) => (isRedrawn ? outcomeOf(sent) : run(sent, () => act(values, once), element)),

        watch(element) {
            element.addEventListener('input', () => { sent.error = null; });
            element.addEventListener('phone:redrawn', () => {
                const at = document.activeElement;

                isRedrawn = true;
                element.requestSubmit();
                isRedrawn = false;
                setTimeout(() => at instanceof HTMLElement && at.focus({ preventScroll: true }));
            });
        },
    };
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

// It waits for what is on its way, or is refused as before.

async function outcomeOf({ running, error }) {
    if (running) {
        return running;
    }

    throw error || new DOMException('nothing was sent', 'AbortError');
}
