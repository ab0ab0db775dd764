// The operator's console.  The token is asked for once, and is in the memory of this tab
// only: a reload asks again, at the same address.

import * as api from '../../lib/api.js';
import { bdi, h, put } from '../../lib/dom.js';
import { addTexts, parts, t } from '../../lib/i18n.js';
import * as router from '../../lib/router.js';
import { draft } from '../../lib/store.js';
import { ask } from '../../app/elements/sheet.js';
import { mount } from '../shared/frame.js';
import en from './en.js';
import { forgetSecrets, secretsOf } from './once.js';
import zh from './zh.js';
import { accounts } from './views/accounts.js';
import { health } from './views/health.js';
import { bankCards } from './views/bank-cards.js';
import { banks } from './views/banks.js';
import { keywords } from './views/keywords.js';
import { forgetChecks, ledger } from './views/ledger.js';
import { addMerchant, merchant, merchants } from './views/merchants.js';
import { notices, payments } from './views/stuck.js';
import { payouts } from './views/payouts.js';
import { search } from './views/search.js';
import { secrets } from './views/secrets.js';
import { terminals } from './views/terminals.js';
import { texts } from './views/texts.js';
import { tokenPage } from './views/token.js';

const TABS = [
    { name: 'health', icon: 'health', label: 'console.health' },
    { name: 'ledger', icon: 'ledger', label: 'console.ledger' },
    { name: 'notices', icon: 'alert', label: 'console.notices' },
    { name: 'merchants', icon: 'shop', label: 'console.merchants' },
    { name: 'accounts', icon: 'me', label: 'console.accounts' },
    { name: 'search', icon: 'search', label: 'console.search' },
];

const ROUTES = [
    ['/health', { tab: 'health', view: health }],
    ['/ledger', { tab: 'ledger', view: ledger }],
    ['/notices', { tab: 'notices', view: notices }],
    ['/payments', { tab: 'notices', view: payments }],
    ['/merchants', { tab: 'merchants', view: merchants }],
    ['/merchant-new', { tab: 'merchants', view: addMerchant }],
    ['/merchants/:id', { tab: 'merchants', view: merchant }],
    ['/merchants/:id/payouts', { tab: 'merchants', view: payouts }],
    ['/merchants/:id/terminals', { tab: 'merchants', view: terminals }],
    ['/merchants/:id/keywords', { tab: 'merchants', view: keywords }],
    ['/accounts', { tab: 'accounts', view: accounts }],
    ['/bank-cards', { tab: 'accounts', view: bankCards }],
    ['/banks', { tab: 'ledger', view: banks }],
    ['/secrets', { tab: 'health', view: secrets }],
    ['/texts', { tab: 'health', view: texts }],
    ['/search', { tab: 'search', view: search }],
];

addTexts({ en, zh });
draft.of('operator');

// A secret that is not saved yet: said on every page that does not show it.

const note = h('p', { class: 'away', role: 'status', hidden: true });

async function tellOfSecrets() {
    await null;                         // the page shows its own first

    const places = /** @type {HTMLElement[]} */ ([...document.querySelectorAll('.once')]);
    const shown = places.map(({ dataset }) => dataset.merchant);
    const left = api.hasToken() ? secretsOf().filter(({ merchant: of }) => !shown.includes(of)) : [];

    note.hidden = !left.length;
    put(note, left.length > 0 && [parts('secrets.left', { merchant: bdi(left[0].merchant) }), ' ',
        h('a', { href: router.href(`/merchants/${encodeURIComponent(left[0].merchant)}`) }, t('act.look'))]);
}

document.addEventListener('console:secrets', tellOfSecrets);
document.addEventListener('console:drawn', tellOfSecrets);

mount({
    name: 'console.name', base: '/console/operator', tabs: TABS, routes: ROUTES,
    isOpen: api.hasToken, enter: tokenPage, note,
    mayLeave: () => !secretsOf().length || ask({ title: t('secrets.leaveTitle'), yes: t('secrets.leave'),
                                                  text: t('secrets.leaveText') }),
    leave: (reason) => {
        if (reason === 'left') {
            draft.forget();
            forgetSecrets();
        }
        api.useToken('');
        forgetChecks();
    },
});
