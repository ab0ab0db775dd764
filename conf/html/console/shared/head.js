// The first line of each view: what it is, the way back, the language, and the end.

import { h } from '../../lib/dom.js';
import { lang, t, useLanguage } from '../../lib/i18n.js';
import * as router from '../../lib/router.js';
import { icon } from '../../app/elements/icons.js';

export function head(title, back) {
    return h('header', { class: 'head' },
        back && h('a', { class: 'plain', href: router.href(back), 'aria-label': t('act.back') }, icon('back')),
        h('h1', {}, title),
        languageButton(),
        h('button', { type: 'button', class: 'link', onclick: () =>
            document.dispatchEvent(new CustomEvent('phone:logout', { detail: 'left' })) }, t('frame.lock')));
}

export function languageButton() {
    const other = lang() === 'zh' ? 'en' : 'zh';

    return h('button', { type: 'button', class: 'link language', lang: other === 'zh' ? 'zh-CN' : 'en', onclick: () => {
        useLanguage(other);
        router.again();
    } }, other === 'zh' ? '中文' : 'English');
}

// What has become of something, in a line: good, wait or bad.

const SIGNS = { good: 'check', wait: 'clock', bad: 'alert' };

export function said(look, ...content) {
    return h('p', { class: `cause ${look}` }, icon(SIGNS[look]), h('span', {}, content));
}

export function part(title, ...content) {
    return h('section', { class: 'stack' }, h('h2', {}, title), content);
}

export function facts(rows) {
    return h('dl', { class: 'facts' }, rows.filter(([, value]) => value !== undefined && value !== null)
        .map(([label, value]) => h('div', {}, h('dt', {}, label), h('dd', {}, value))));
}
