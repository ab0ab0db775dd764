// The operator's console.  The token is asked for once, and is in the memory of this tab
// only: a reload asks again, at the same address.

import * as api from '../../lib/api.js';
import { h, put } from '../../lib/dom.js';
import { addTexts, markLanguage, t } from '../../lib/i18n.js';
import * as router from '../../lib/router.js';
import { icon } from '../../app/elements/icons.js';
import { closeSheet } from '../../app/elements/sheet.js';
import { mountToasts } from '../../app/elements/toast.js';
import en from '../shared/en.js';
import zh from '../shared/zh.js';
import { accounts } from './views/accounts.js';
import { health } from './views/health.js';
import { forgetChecks, ledger } from './views/ledger.js';
import { addMerchant, merchant, merchants } from './views/merchants.js';
import { notices, payments } from './views/stuck.js';
import { search } from './views/search.js';
import { tokenPage } from './views/token.js';

const TABS = [
    { name: 'health', icon: 'health' },
    { name: 'ledger', icon: 'ledger' },
    { name: 'notices', icon: 'alert' },
    { name: 'merchants', icon: 'shop' },
    { name: 'accounts', icon: 'me' },
    { name: 'search', icon: 'search' },
];

const ROUTES = [
    ['/health', { tab: 'health', view: health }],
    ['/ledger', { tab: 'ledger', view: ledger }],
    ['/notices', { tab: 'notices', view: notices }],
    ['/payments', { tab: 'notices', view: payments }],
    ['/merchants', { tab: 'merchants', view: merchants }],
    ['/merchant-new', { tab: 'merchants', view: addMerchant }],
    ['/merchants/:id', { tab: 'merchants', view: merchant }],
    ['/accounts', { tab: 'accounts', view: accounts }],
    ['/search', { tab: 'search', view: search }],
];

const pane = h('section', { class: 'pane page' });
const tabs = h('nav', { class: 'tabs' });
const away = h('p', { class: 'away', role: 'status', hidden: true });
const skip = h('a', { class: 'skip', href: '#main' });
const frame = h('div', { class: 'frame console' }, tabs, h('main', { id: 'main' }, pane));

let ended = null;

function render({ page, ...route }, how) {
    if (!page) {
        return router.go('/health', { replace: true });
    }

    const open = api.hasToken();

    closeSheet();
    ended?.abort();
    ended = new AbortController();
    frame.classList.toggle('bare', !open);
    showTabs(page);
    put(pane, open ? page.view({ ...route, signal: ended.signal }) : tokenPage());

    const heading = pane.querySelector('h1');
    const wanted = pane.querySelector('[autofocus]');

    document.title = `${heading.textContent} · ${t('console.name')}`;

    if (wanted) {
        wanted.focus();
    } else if (how !== 'start') {
        heading.tabIndex = -1;
        heading.focus({ preventScroll: true });
        pane.scrollTo(0, 0);
    }
}

function showTabs(page) {
    skip.textContent = t('act.skip');
    tabs.setAttribute('aria-label', t('tab.all'));
    put(tabs, TABS.map(({ name, icon: shape }) =>
        h('a', { href: router.href(`/${name}`), class: 'tab',
                 'aria-current': page.tab === name ? 'page' : undefined },
            icon(shape), h('span', {}, t(`console.${name}`)))));
}


addTexts({ en, zh });
markLanguage();
document.querySelector('noscript')?.remove();
document.body.append(skip, away, frame);
mountToasts();

api.watch((what) => {
    away.hidden = what === 'there';
    away.textContent = what === 'there' ? '' : t('away.server');
});

// The token was right, and is no longer; or the operator has put it away.
document.addEventListener('phone:logout', () => {
    if (api.hasToken()) {
        api.useToken('');
        forgetChecks();
        router.again();
    }
});

router.start(ROUTES, render, { base: '/console/operator' });
