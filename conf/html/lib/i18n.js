// Texts in the person's language: zh.js and en.js have the same keys, which
// t/tools/pages checks.  The server's errors bring both languages themselves.

import { choice } from './store.js';
import en from './en.js';
import zh from './zh.js';

const texts = { en, zh };

let language = choice.get('language') || preferred();

function preferred() {
    for (const wanted of navigator.languages || []) {
        const short = wanted.slice(0, 2).toLowerCase();
        if (short in texts) {
            return short;
        }
    }

    return 'en';
}

// The texts of a console, which people do not need.

export function addTexts(more) {
    Object.assign(texts.en, more.en);
    Object.assign(texts.zh, more.zh);
}

export function lang() {
    return language;
}

export function locale() {
    return language === 'zh' ? 'zh-CN' : 'en';
}

export function useLanguage(name) {
    language = name in texts ? name : 'en';
    choice.set('language', language);
    markLanguage();
}

export function markLanguage() {
    document.documentElement.lang = locale();
}

export function has(key) {
    return key in texts[language];
}

// t('pay.pay', { amount: '¥1.00' })

export function t(key, values = {}) {
    return parts(key, values).join('');
}

// The same as a list, so that a value can be an element.

export function parts(key, values = {}) {
    const text = texts[language][key];

    if (text === undefined) {
        throw new Error(`no text "${key}" in ${language}`);
    }

    return text.split(/(\{\w+\})/).filter(Boolean).map((part) => {
        const name = /^\{(\w+)\}$/.exec(part);
        return name ? values[name[1]] : part;
    });
}
