// Keeps the pages, not the data: the files below, under the hash of their contents.
// t/tools/pages writes the two lines.

const VERSION = '624a580608bd52fd';
const FILES = (
    '/app/app.js /app/app.webmanifest /app/bills.js /app/elements/bill.js /app/elements/card.js ' +
    '/app/elements/choices.js /app/elements/file.js /app/elements/form.js ' +
    '/app/elements/icons.js /app/elements/pin-pad.js /app/elements/problem.js ' +
    '/app/elements/segments.js /app/elements/sent.js /app/elements/sheet.js ' +
    '/app/elements/toast.js /app/first.js /app/icon.svg /app/index.html /app/pay.js ' +
    '/app/people/blocked.js /app/people/book.js /app/people/contacts.js /app/people/en.js ' +
    '/app/people/import.js /app/people/names.js /app/people/picker.js /app/people/texts.js ' +
    '/app/people/triggers.js /app/people/zh.js /app/picture.js /app/session.js /app/shell.js ' +
    '/app/state.js /app/views/bills.js /app/views/cards.js /app/views/login.js ' +
    '/app/views/mail.js /app/views/me.js /app/views/secrets.js /lib/api.js /lib/dom.js ' +
    '/lib/en.js /lib/format.js /lib/i18n.js /lib/kept.js /lib/live.js /lib/outcome.js ' +
    '/lib/router.js /lib/store.js /lib/typed.js /lib/wrong.js /lib/zh.js /style/base.css ' +
    '/style/elements.css /style/tokens.css'
).split(' ');

const PAGE = '/app/index.html';
const CACHE = `phone-${VERSION}`;

self.addEventListener('install', (event) => {
    event.waitUntil(keep());
});

// All files or none: what is fetched while a server gets its new files, or of two servers,
// may be of two versions.

async function keep() {
    const files = await Promise.all(FILES.map(async (file) => {
        const response = await fetched(file, { cache: 'no-cache' });

        if (!response.ok) {
            throw new Error(`${file}: ${response.status}`);
        }

        return { file, response, body: await response.clone().arrayBuffer() };
    }));

    if (await versionOf(files) !== VERSION) {
        throw new Error(`the files are not those of ${VERSION}`);
    }

    const cache = await caches.open(CACHE);
    await Promise.all(files.map(({ file, response }) => cache.put(file, response)));
}

// As t/tools/pages counts it.

async function versionOf(files) {
    const all = new Blob(files.flatMap(({ file, body }) =>
        [`${file.slice(1)}\0${body.byteLength}\0`, body]));
    const sum = new Uint8Array(await crypto.subtle.digest('SHA-256', await all.arrayBuffer()));

    return Array.from(sum.subarray(0, 8), (byte) => byte.toString(16).padStart(2, '0')).join('');
}

self.addEventListener('activate', (event) => {
    event.waitUntil(caches.keys()
        .then((names) => Promise.all(names
            .filter((name) => name.startsWith('phone-') && name !== CACHE)
            .map((name) => caches.delete(name))))
        .then(() => self.clients.claim()));
});

self.addEventListener('message', (event) => {
    if (event.data === 'take over') {
        self.skipWaiting();
    }
});

self.addEventListener('fetch', (event) => {
    const url = new URL(event.request.url);

    if (event.request.method !== 'GET' || url.origin !== self.location.origin) {
        return;
    }

    const file = event.request.mode === 'navigate' && url.pathname.startsWith('/app/')
        ? PAGE : url.pathname;

    if (FILES.includes(file)) {
        event.respondWith(kept(file, event.request));
    }
});

async function kept(file, request) {
    const cache = await caches.open(CACHE);
    return await cache.match(file) || fetched(request);
}

// A phone that changes its network drops what it loads then.

function fetched(request, options) {
    return fetch(request, options).catch(() => fetch(request, options));
}
