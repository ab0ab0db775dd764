// The operator's console.  The token is asked for once, and is in the memory of this tab
// only: a reload asks again, at the same address.

import * as api from '../../lib/api.js';
import { addTexts } from '../../lib/i18n.js';
import { draft } from '../../lib/store.js';
import { mount } from '../shared/frame.js';
import en from './en.js';
import zh from './zh.js';
import { accounts } from './views/accounts.js';
import { health } from './views/health.js';
import { bankCards } from './views/bank-cards.js';
import { banks } from './views/banks.js';
import { forgetChecks, ledger } from './views/ledger.js';
import { addMerchant, forgetSecrets, merchant, merchants } from './views/merchants.js';
import { notices, payments } from './views/stuck.js';
import { payouts } from './views/payouts.js';
import { search } from './views/search.js';
import { secrets } from './views/secrets.js';
import { terminals } from './views/terminals.js';
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
    ['/accounts', { tab: 'accounts', view: accounts }],
    ['/bank-cards', { tab: 'accounts', view: bankCards }],
    ['/banks', { tab: 'ledger', view: banks }],
    ['/secrets', { tab: 'health', view: secrets }],
    ['/search', { tab: 'search', view: search }],
];

addTexts({ en, zh });
draft.of('operator');

mount({
    name: 'console.name', base: '/console/operator', tabs: TABS, routes: ROUTES,
    isOpen: api.hasToken, enter: tokenPage,
    leave: (reason) => {
        if (reason === 'left') {
            draft.forget();
            forgetSecrets();
        }
        api.useToken('');
        forgetChecks();
    },
});
