// Before the first paint: the theme and the language that were chosen here.  And a page
// whose files have not all arrived is loaded again: a document never asks twice for a module.

{
    const TRIES = 4;
    const LOADS = 'phone.loads';

    const root = document.documentElement;
    let starting = true;
    let waiting = false;

    try {
        const theme = JSON.parse(localStorage.getItem('phone.theme'));
        const language = JSON.parse(localStorage.getItem('phone.language'));

        if (theme === 'light' || theme === 'dark') {
            root.dataset.theme = theme;
        }

        if (language === 'en') {
            root.lang = 'en';
        }
    } catch {
        // storage is switched off
    }

    // Counts the loads of this tab; without a storage there is no second one.

    const count = () => {
        try {
            const n = Number(sessionStorage.getItem(LOADS));
            sessionStorage.setItem(LOADS, String(n + 1));
            return n;
        } catch {
            return TRIES;
        }
    };

    // What the service worker has kept may be what does not start.

    const withoutWorker = async () => {
        const workers = await navigator.serviceWorker?.getRegistrations().catch(() => []);
        await Promise.all((workers || []).map((worker) => worker.unregister()));
    };

    const load = async () => {
        const n = count();

        if (n >= TRIES) {
            root.dataset.failed = '';           // the text in the page, with a button
            return;
        }

        if (n === TRIES - 1) {
            await withoutWorker();
        }

        setTimeout(() => location.reload(), 250 * 2 ** n);
    };

    const again = () => {
        if (waiting) {
            return;
        }

        waiting = true;

        if (navigator.onLine === false) {
            root.dataset.failed = '';
            addEventListener('online', load, { once: true });
        } else {
            load();
        }
    };

    // a file that did not arrive, or a fault while the page starts: files of two versions.
    // A preload that failed does not matter yet, and what others put into the page never.

    const isOurs = (file) => file?.startsWith(`${location.origin}/`) && file.endsWith('.js');

    addEventListener('error', ({ target, filename }) => {
        if (starting && (target === window && isOurs(filename) || target instanceof HTMLScriptElement
                         || target instanceof HTMLLinkElement && target.rel === 'stylesheet'))
        {
            again();
        }
    }, true);

    document.addEventListener('phone:failed', again);

    document.addEventListener('phone:started', () => {
        if (waiting) {
            return;
        }

        starting = false;
        document.getElementById('start')?.remove();

        try {
            sessionStorage.removeItem(LOADS);
        } catch {
            // switched off
        }
    });
}
