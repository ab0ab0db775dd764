// The frame: tabs, panes, and whether somebody is logged in.

import { watch } from '../lib/api.js';
import { h, put } from '../lib/dom.js';
import { markLanguage, t } from '../lib/i18n.js';
import { forgetPage } from '../lib/kept.js';
import * as router from '../lib/router.js';
import { choice, forgetTyped, tab, who } from '../lib/store.js';
import { icon } from './elements/icons.js';
import * as login from './views/login.js';

const TABS = [
    { name: 'bills', icon: 'bill', text: 'tab.bills' },
    { name: 'mail', icon: 'mail', text: 'tab.mail' },
    { name: 'cards', icon: 'card', text: 'tab.cards' },
    { name: 'me', icon: 'me', text: 'tab.me' },
];

// What the first view does not need is loaded after it.

const MODULES = {
    bills: () => import('./views/bills.js'),
    blocked: () => import('./people/blocked.js'),
    cards: () => import('./views/cards.js'),
    contacts: () => import('./people/contacts.js'),
    import: () => import('./people/import.js'),
    mail: () => import('./views/mail.js'),
    me: () => import('./views/me.js'),
    secrets: () => import('./views/secrets.js'),
    session: () => import('./session.js'),
    shell: () => import('./shell.js'),
    triggers: () => import('./people/triggers.js'),
};

// list, detail: a module and its view.

const ROUTES = [
    ['/login', { detail: 'login.login', open: true }],
    ['/bills', { tab: 'bills', list: 'bills.billList' }],
    ['/bills/:id', { tab: 'bills', list: 'bills.billList', detail: 'bills.billDetail' }],
    ['/mail', { tab: 'mail', list: 'mail.conversationList' }],
    ['/mail/new', { tab: 'mail', list: 'mail.conversationList', detail: 'mail.compose' }],
    ['/mail/with/:peer', { tab: 'mail', list: 'mail.conversationList', detail: 'mail.conversation' }],
    ['/mail/forward/:id', { tab: 'mail', list: 'mail.conversationList', detail: 'mail.forward' }],
    ['/cards', { tab: 'cards', list: 'cards.cardList' }],
    ['/cards/new', { tab: 'cards', list: 'cards.cardList', detail: 'cards.addCard' }],
    ['/contacts', { tab: 'me', list: 'contacts.contactList' }],
    ['/contacts/new', { tab: 'me', list: 'contacts.contactList', detail: 'contacts.newContact' }],
    ['/contacts/import', { tab: 'me', list: 'contacts.contactList', detail: 'import.importPage' }],
    ['/contacts/import/:job', { tab: 'me', list: 'contacts.contactList', detail: 'import.importJob' }],
    ['/contacts/:id', { tab: 'me', list: 'contacts.contactList', detail: 'contacts.contact' }],
    ['/me', { tab: 'me', list: 'me.me' }],
    ['/me/sessions', { tab: 'me', list: 'me.me', detail: 'me.sessions' }],
    ['/me/triggers', { tab: 'me', list: 'me.me', detail: 'triggers.triggers' }],
    ['/me/blocked', { tab: 'me', list: 'me.me', detail: 'blocked.blocked' }],
    ['/me/password', { tab: 'me', list: 'me.me', detail: 'secrets.password' }],
    ['/me/pin', { tab: 'me', list: 'me.me', detail: 'secrets.pin' }],
    ['/me/pin/forgotten', { tab: 'me', list: 'me.me', detail: 'secrets.forgottenPin' }],
];

const PREFETCH_AFTER = 1000;
const LANGUAGE = 'button[lang]:not([aria-pressed="false"])';

const loaded = { login };

const listPane = h('section', { class: 'pane list' });
const detailPane = h('section', { class: 'pane detail' });
const tabs = h('nav', { class: 'tabs' });
const away = h('p', { class: 'away', role: 'status', hidden: true });
const skip = h('a', { class: 'skip', href: '#main' });
const frame = h('div', { class: 'frame' }, tabs,
                h('main', { id: 'main' }, listPane, detailPane));

const shown = { list: undefined, listEnd: null, detailEnd: null, path: '', tab: '' };

let wanted = null;
let isStarted = false;

// Of this tab.  The cookie, and with it `who`, is one for all tabs.
let number = who.get();
let isLeaving = false;
let ended = null;               // whose session has ended here, and what he typed is kept


async function module(name) {
    loaded[name] ||= await MODULES[name]();
    return loaded[name];
}

const moduleOf = (view) => view?.split('.')[0];

// The function of a view whose module has been loaded.

const viewOf = (view) => view && loaded[moduleOf(view)][view.split('.')[1]];

async function render(route, how) {
    wanted = route;

    const { page, path } = route;

    if (!page) {
        router.go('/bills', { replace: true });
        return;
    }

    if (!page.open && !who.get()) {
        if (how === 'start' && wasAskedFor()) {
            tab.set('back', { path: path + location.search });
        }
        router.go('/login', { replace: true });
        return;
    }

    if (!page.open && tab.get('mustChange') && path !== '/me/password') {
        tab.set('afterPassword', path);
        router.go('/me/password', { replace: true });
        return;
    }

    const needed = [page.open ? '' : 'session', ...[page.list, page.detail].map(moduleOf)]
        .filter((name) => name && !loaded[name]);

    if (needed.length && !await arrive(needed)) {
        return;
    }

    if (wanted === route) {             // nobody has gone on meanwhile
        draw(route, how);
        started();
    }
}

async function arrive(names) {
    try {
        await Promise.all(names.map(module));
        return true;
    } catch {
        missing();
        return false;
    }
}

// A module did not arrive.  Offline the frame says so already.

function missing() {
    if (navigator.onLine === false && isStarted) {
        addEventListener('online', () => router.again(), { once: true });
    } else {
        document.dispatchEvent(new CustomEvent('phone:failed'));
    }
}

function started() {
    if (isStarted) {
        return;
    }

    isStarted = true;
    document.dispatchEvent(new CustomEvent('phone:started'));
    setTimeout(() => {
        Object.keys(MODULES).forEach((name) => module(name).catch(() => {}));
        module('shell').then((shell) => shell.keepShell(), () => {});
    }, PREFETCH_AFTER);
}

function draw(route, how) {
    const { page, path } = route;

    loaded.session?.leaveSheet();

    const before = shown.path;
    const inLanguage = how === 'again' && document.activeElement?.matches(LANGUAGE);

    if (how !== 'again' || path !== before) {
        forgetPage();
    }
    shown.path = path;
    shown.tab = page.tab;

    frame.classList.toggle('with-detail', Boolean(page.detail));
    frame.classList.toggle('bare', Boolean(page.open));
    showTabs(page);
    showList(page, route, how);
    showDetail(page, route);
    markCurrent(path);
    focus(page, before, how);

    if (inLanguage) {
        /** @type {HTMLElement} */ (frame.querySelector(LANGUAGE))?.focus({ preventScroll: true });
    }
}

// Not by "back" or a reload: after a log-out that is where the last person was.

function wasAskedFor() {
    const [navigation] = performance.getEntriesByType('navigation');
    return !navigation || /** @type {any} */ (navigation).type === 'navigate';
}

function showTabs(page) {
    const unread = loaded.session?.unread() || 0;

    skip.textContent = t('act.skip');
    tabs.setAttribute('aria-label', t('tab.all'));
    put(tabs, TABS.map(({ name, icon: shape, text }) =>
        h('a', { href: router.href(`/${name}`), class: 'tab',
                 'aria-current': page.tab === name ? 'page' : undefined },
            icon(shape), h('span', {}, t(text)),
            name === 'mail' && unread > 0
                && h('span', { class: 'badge' }, unread > 99 ? '99+' : String(unread),
                     h('span', { class: 'hidden-text' }, t('mail.unread'))))));
}

function showList(page, route, how) {
    const list = viewOf(page.list);

    if (shown.list === list && how !== 'again' && list) {
        return;
    }

    shown.listEnd?.abort();
    shown.listEnd = new AbortController();
    shown.list = list;
    put(listPane, list?.({ ...route, signal: shown.listEnd.signal }));
}

function showDetail(page, route) {
    shown.detailEnd?.abort();
    shown.detailEnd = new AbortController();

    put(detailPane, page.detail
        ? viewOf(page.detail)({ ...route, signal: shown.detailEnd.signal })
        : h('div', { class: 'nothing' }, icon(TABS.find(({ name }) => name === page.tab).icon),
            h('p', {}, t('pane.choose'))));
}

function markCurrent(path) {
    for (const link of listPane.querySelectorAll('a[href]')) {
        if (link.getAttribute('href') === router.href(path)) {
            link.setAttribute('aria-current', 'true');
        } else {
            link.removeAttribute('aria-current');
        }
    }
}

// Focus goes where the eye goes: to the heading of what is new, and on the way back
// to the line that was opened.

function focus(page, before, how) {
    const pane = page.detail ? detailPane : listPane;
    const heading = pane.querySelector('h1');
    const came = listPane.querySelector(`a[href="${CSS.escape(router.href(before))}"]`);
    const wanted = page.detail && pane.querySelector('[autofocus]');

    document.title = heading ? `${heading.textContent} · ${t('app.name')}` : t('app.name');

    if (how === 'start') {
        wanted?.focus();
        return;
    }

    if (!page.detail && came) {
        came.focus();
    } else if (wanted) {
        wanted.focus();
    } else if (heading) {
        heading.tabIndex = -1;
        heading.focus({ preventScroll: true });
        scrollTo(0, 0);
    }
}


// The session has begun: back to where one was, if it is the same person.

function begin(phone) {
    const back = tab.get('back');

    leaveAccount();
    tab.set('back', null);
    who.set(phone);
    number = phone;
    isLeaving = false;
    ended = null;

    if (router.isOutside()) {
        location.reload();              // it is allowed now
        return;
    }

    begun();
    router.go(back && (!back.phone || back.phone === phone) ? back.path : '/bills', { replace: true });
}

function begun() {
    module('session').then((session) => session.begin(), () => {});     // a view misses it as well
}

function leaveAccount() {
    loaded.session?.end();
    shown.list = undefined;
}

// Asked for here or in another tab, or by itself: then what was typed stays for who logs in
// again.

function end() {
    const phone = number;
    const isLeft = isLeaving;

    if (isLeft) {
        forgetLeft(phone);
    }

    leaveAccount();
    if (who.get() === phone) {
        who.set(null);                  // else another tab has logged in again
    }
    tab.set('mustChange', null);
    setLeaving(false);
    ended = !isLeft && phone ? phone : ended;
    number = null;

    if (router.path() !== '/login') {
        if (!isLeft) {
            tab.set('back', { path: router.path() + location.search, phone });
        }
        router.go(isLeft ? '/login' : '/login?ended=1', { replace: true });
    }
}

function forgetLeft(phone) {
    forgetTyped(phone);
    tab.set('back', null);
    ended = null;
}

// The other tabs are told before the server tells them that the session has ended.

function setLeaving(leaves) {
    if (isLeaving !== leaves) {
        isLeaving = leaves;
        choice.set('leaving', leaves ? number : null);
    }
}

// Another tab of this browser has logged in or out.

function elsewhere({ key, newValue }) {
    if (key === 'phone.leaving') {
        isLeaving = Boolean(number) && newValue === JSON.stringify(number);

        if (!number && ended && newValue === JSON.stringify(ended)) {
            forgetLeft(ended);          // the server has told this tab first
            router.go('/login', { replace: true });
        }
        return;
    }

    const now = who.get();

    if (key !== 'phone.who' || now === number) {
        return;
    }

    if (!now) {
        end();
    } else if (!number) {
        begin(now);
    } else {
        location.reload();
    }
}


markLanguage();
document.querySelector('noscript')?.remove();
document.body.append(skip, away, frame);

watch((what) => {
    away.hidden = what === 'there';
    away.textContent = what === 'there' ? '' : navigator.onLine ? t('away.server') : t('away.offline');
});
addEventListener('offline', () => {
    away.hidden = false;
    away.textContent = t('away.offline');
});
addEventListener('online', () => {
    away.hidden = true;
});

document.addEventListener('phone:leaving', (/** @type {CustomEvent} */ event) => setLeaving(event.detail));
document.addEventListener('phone:logout', end);
document.addEventListener('phone:login', (/** @type {CustomEvent} */ event) => begin(event.detail));
document.addEventListener('phone:me', () => {
    showTabs({ tab: shown.tab });
});

addEventListener('storage', elsewhere);

// The browser has kept this page as it was, perhaps of the person before.
addEventListener('pageshow', (event) => event.persisted && location.reload());

router.start(ROUTES, render, { mayLeave: (address) => !loaded.shell || loaded.shell.mayLeave(address) });

if (who.get() && !router.isOutside()) {
    begun();
}
