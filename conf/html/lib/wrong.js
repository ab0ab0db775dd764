// What a page refuses by itself, at a field; key: of its sentence.

import { t } from './i18n.js';

export function wrong(key, at, values = {}) {
    return { name: 'Wrong', at, code: 'WRONG', reply: {}, get text() { return t(key, values); } };
}
