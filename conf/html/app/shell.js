// The service worker, which keeps the pages (never a reply of the API).  A new version
// takes over when one goes to another page, not in the middle of a form.

const LONGEST = 5000;

let waiting = null;

export async function keepShell() {
    if (!navigator.serviceWorker) {
        return;
    }

    const policy = window['trustedTypes']?.createPolicy('worker', {
        createScriptURL: () => '/app/sw.js',
    });

    try {
        const registration = await navigator.serviceWorker.register(
            policy ? policy.createScriptURL('') : '/app/sw.js', { updateViaCache: 'none' });

        waiting = registration.waiting;
        registration.addEventListener('updatefound', () => {
            const worker = registration.installing;
            worker.addEventListener('statechange', () => {
                if (worker.state === 'installed' && navigator.serviceWorker.controller) {
                    waiting = worker;
                }
            });
        });
    } catch {
        // private windows have none; the pages work without
    }
}

// False: the page is loaded anew, by the new version.

export function mayLeave(address) {
    if (waiting?.state !== 'installed') {
        return true;
    }

    const leave = () => location.assign(address);

    navigator.serviceWorker.addEventListener('controllerchange', leave, { once: true });
    setTimeout(leave, LONGEST);         // the old version does as well
    waiting.postMessage('take over');
    waiting = null;

    return false;
}
