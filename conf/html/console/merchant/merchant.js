// The merchant's console.  Calls are signed in the browser; a key that this browser keeps
// is taken again after a reload, any other is asked for.

import { addTexts } from '../../lib/i18n.js';
import { draft, tab } from '../../lib/store.js';
import { mount } from '../shared/frame.js';
import { isOpen, leave, resume, typist } from './calls.js';
import { forgetDays } from './days.js';
import en from './en.js';
import { stored } from './keyring.js';
import { bill, bills, newBill } from './views/bills.js';
import { check } from './views/check.js';
import { doctor } from './views/doctor.js';
import { enterPage, forgetEntered } from './views/enter.js';
import { keys } from './views/keys.js';
import { notices } from './views/notices.js';
import { reconcile } from './views/reconcile.js';
import { statement, statements } from './views/statements.js';
import { takings } from './views/takings.js';
import zh from './zh.js';

const TABS = [
    { name: 'bills', icon: 'bill', label: 'shop.bills' },
    { name: 'notices', icon: 'send', label: 'shop.notices' },
    { name: 'takings', icon: 'chart', label: 'shop.takings' },
    { name: 'statements', icon: 'ledger', label: 'shop.statements' },
    { name: 'keys', icon: 'key', label: 'shop.keys' },
    { name: 'doctor', icon: 'search', label: 'shop.doctor' },
];

const ROUTES = [
    ['/bills', { tab: 'bills', view: bills }],
    ['/bill-new', { tab: 'bills', view: newBill }],
    ['/bills/:id', { tab: 'bills', view: bill }],
    ['/notices', { tab: 'notices', view: notices }],
    ['/check', { tab: 'notices', view: check }],
    ['/takings', { tab: 'takings', view: takings }],
    ['/statements', { tab: 'statements', view: statements }],
    ['/statements/:day', { tab: 'statements', view: statement }],
    ['/reconcile', { tab: 'statements', view: reconcile }],
    ['/reconcile/:day', { tab: 'statements', view: reconcile }],
    ['/keys', { tab: 'keys', view: keys }],
    ['/doctor', { tab: 'doctor', view: doctor }],
];

addTexts({ en, zh });

const was = tab.get('shop');
const entry = was && (await stored()).find(({ id }) => id === was);

if (entry?.currency) {
    resume(entry);
}

draft.of(typist());

mount({
    name: 'shop.name', base: '/console/merchant', tabs: TABS, routes: ROUTES, isOpen, enter: enterPage,
    leave: () => {
        forgetEntered();
        forgetDays();
        draft.forget();
        leave();
        draft.of(typist());
    },
});
