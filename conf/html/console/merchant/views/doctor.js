// Why a call is refused: the platform looks at the call itself, as it was sent.

import { bdi, h } from '../../../lib/dom.js';
import { lang, t } from '../../../lib/i18n.js';
import { post } from '../../../lib/api.js';
import { icon } from '../../../app/elements/icons.js';
import { code } from '../../shared/act.js';
import { form } from '../../../app/elements/form.js';
import { wrong } from '../../../lib/wrong.js';
import { facts, head, part } from '../../shared/head.js';
import { outcome } from '../../../lib/outcome.js';

export function doctor() {
    const place = outcome('examined');

    return [
        head(t('shop.doctor')),
        h('p', { class: 'muted' }, t('doctor.text')),
        h('div', { class: 'columns' },
            h('section', {}, form({
                fields: [
                    { name: 'call', label: t('doctor.call'), hint: t('doctor.callHint'), rows: 8, required: true,
                      secret: true, spellcheck: 'false' },
                    { name: 'service', label: t('doctor.service'), hint: t('doctor.serviceHint'), spellcheck: 'false' },
                    { name: 'text', label: t('doctor.own'), hint: t('doctor.ownHint'), rows: 4, secret: true,
                      spellcheck: 'false' },
                ],
                submit: t('doctor.do'),
                act: async (typed) => {
                    const fields = fieldsOf(typed.call.trim());

                    place.show();

                    const reply = await post('/pay/doctor', {
                        ...fields, ...typed.service && { doctor_for: typed.service.trim() },
                        ...typed.text && { doctor_text: typed.text },
                    }, { tries: 1 });

                    place.show(() => result(reply));
                    throw new DOMException('stays to be mended', 'AbortError');
                },
            })),
            place),
    ];
}

// A form or JSON; with the head of the request, or the whole of a curl command, the part
// that has the fields.

function fieldsOf(text) {
    if (/PRIVATE KEY/.test(text)) {
        throw wrong('doctor.private', 'call');
    }

    if (text.startsWith('{')) {
        try {
            return JSON.parse(text);
        } catch {
            throw wrong('doctor.badJson', 'call');
        }
    }

    const body = text.split(/\s+/).filter((word) => /(?:^|[&?'"])(?:sign|digest|merchant_id)=/.test(word)).at(-1);

    if (!body) {
        throw wrong(/^[0-9A-HJKMNP-TV-Z]{26}$/.test(text) ? 'doctor.requestId' : 'doctor.noCall', 'call');
    }

    return Object.fromEntries(new URLSearchParams(body.replace(/^['"]|['"]$/g, '').replace(/^[^?=]*\?/, '')));
}

function result(said) {
    const well = said.causes.length === 0;

    return h('section', { class: 'stack' },
        well && h('p', { class: 'cause good' }, icon('check'), h('span', {}, t('doctor.well'))),
        said.causes.map((cause) => h('div', { class: 'cause bad' }, icon('alert'), h('span', {},
            h('strong', {}, bdi(cause.cause)), !cause.certain && [' ', t('doctor.perhaps')], h('br'),
            bdi(lang() === 'zh' ? cause.message_zh : cause.message)))),
        facts([
            [t('doctor.digestFits'), t(said.digest_fits ? 'keys.yes' : 'keys.no')],
            [t('doctor.signFits'), t(said.sign_fits ? 'keys.yes' : 'keys.no')],
            [t('keys.id'), said.key_id && code(said.key_id)],
            [t('doctor.otherKey'), said.other_key_id && code(said.other_key_id)],
            [t('doctor.signType'), said.sign_type && code(said.sign_type)],
            [t('doctor.digest'), code(said.digest)],
        ]),
        said.differs_at !== undefined && part(t('doctor.differs', { n: said.differs_at }), facts([
            [t('doctor.ours'), code(said.differs_ours)], [t('doctor.yours'), code(said.differs_yours)],
        ])),
        part(t('doctor.theText'), h('pre', { class: 'code', tabindex: 0, 'aria-label': t('doctor.theText') },
            bdi(said.text))),
        part(t('doctor.signedText'), h('pre', { class: 'code', tabindex: 0, 'aria-label': t('doctor.signedText') },
            bdi(said.signed_text))));
}
