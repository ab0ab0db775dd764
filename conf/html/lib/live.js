// The live events of the number that is logged in.  The browser reconnects by
// itself while the server answers; after a refusal this module does, less and less
// often.  At "reset" whoever shows a list loads it again: the server says so when
// events may be missing, and so does the first connection, because something may
// have happened since the lists were loaded.

const EVENTS = ['bill.new', 'bill.paid', 'bill.pay_failed', 'bill.rejected', 'bill.closed',
                'bill.refunded', 'bill.declined', 'bill.handed', 'bill.recalled',
                'mail.new', 'mail.read', 'message.new', 'reset', 'logout'];

const LONGEST = 30000;
const LONGEST_CALM = 5000;

const bus = new EventTarget();

let source = null;
let timer = 0;
let last = '';
let wait = 1000;

// on('bill.', fn, signal): all events whose name begins so, until the signal ends.

/**
 * @param {string} prefix
 * @param {(type: string, data: any) => unknown} fn
 * @param {AbortSignal} [signal]
 */

export function on(prefix, fn, signal) {
    for (const name of EVENTS.filter((event) => event.startsWith(prefix) || event === 'reset')) {
        bus.addEventListener(name, (/** @type {CustomEvent} */ event) => fn(event.type, event.detail), { signal });
    }
}

// Many events in a row are one reason to load: fn, once it has been quiet for a while, or
// after a few seconds.

export function calm(fn, quiet = 300) {
    let timer = 0;
    let since = 0;

    const run = () => {
        timer = 0;
        fn();
    };

    return () => {
        since = timer ? since : performance.now();
        clearTimeout(timer);
        timer = setTimeout(run, Math.min(quiet, Math.max(0, since + LONGEST_CALM - performance.now())));
    };
}

export function start() {
    if (!source && !timer) {
        connect();
    }
}

export function stop() {
    clearTimeout(timer);
    source?.close();
    delete document.documentElement.dataset.live;
    source = null;
    timer = 0;
    last = '';
    wait = 1000;
}

function connect() {
    timer = 0;
    source = new EventSource(last ? `/live?last_event_id=${encodeURIComponent(last)}` : '/live');

    const first = last === '';

    source.onopen = () => {
        wait = 1000;
        document.documentElement.dataset.live = 'on';

        if (first) {
            bus.dispatchEvent(new CustomEvent('reset', { detail: {} }));
        }
    };

    source.onerror = () => {
        if (source.readyState === EventSource.CLOSED) {
            source = null;
            timer = setTimeout(connect, wait);
            wait = Math.min(wait * 2, LONGEST);
        }
        delete document.documentElement.dataset.live;
    };

    for (const name of EVENTS) {
        source.addEventListener(name, receive);
    }
}

function receive(event) {
    last = event.lastEventId || last;

    if (event.type === 'logout') {
        stop();
        document.dispatchEvent(new CustomEvent('phone:logout', { detail: 'ended' }));
        return;
    }

    bus.dispatchEvent(new CustomEvent(event.type, { detail: JSON.parse(event.data) }));
}
