// When an SMS tells of new messages: in a sentence, then as a choice of a few, and the rest.

import * as api from '../../lib/api.js';
import { h, put } from '../../lib/dom.js';
import { fullTime } from '../../lib/format.js';
import { locale, parts, t } from '../../lib/i18n.js';
import { wrong } from '../../lib/wrong.js';
import { form, resume, unsaved } from '../elements/form.js';
import { icon } from '../elements/icons.js';
import { loading } from '../elements/problem.js';
import { toast } from '../elements/toast.js';
import { head } from '../views/bills.js';
import { whose } from './book.js';
import { called, isCalled, setName } from './names.js';
import { picker } from './picker.js';

const GAP = 10;                         // minutes, if nobody has said so
const PAUSE = 400;                      // of typing, milliseconds
const LONG = 11;                        // digits of what can be a number

const numbers = (text) => text.split(/[,;，；、\n]/).map((part) => part.trim()).filter(Boolean);

const zone = () => Intl.DateTimeFormat().resolvedOptions().timeZone || 'Asia/Shanghai';

export function triggers({ signal }) {
    const body = h('div', { class: 'stack' });
    const load = () => loading(body, () => api.get('/mail/triggers', { signal }), draw);

    function draw(set) {
        const stored = fieldsOf(set);
        const found = resume('triggers', stored);
        const sentence = h('p', { class: 'strong' });
        const tell = () => put(sentence, said(set));
        const element = editor(stored, signal, async (fields) => {
            const next = conditions(fields);

            await api.put('/mail/triggers', next);
            done(set, next, load);
            await load();
        });

        tell();
        put(body,
            h('div', { class: 'told', role: 'status' }, icon(isOn(set) ? 'bell' : 'bellOff'),
              h('div', {}, sentence,
                isOn(set) && h('p', { class: 'muted small' }, t('triggers.rule', { n: String(set.gap ?? GAP) })),
                set.told_at && h('p', { class: 'muted small' },
                                 t('triggers.told', { time: fullTime(set.told_at) })))),
            unsaved(found, 'triggers', () => draw(set)),
            element);
        learn(set.senders || [], signal, tell);
    }

    load();

    return [head(t('me.triggers'), '/me'), body];
}

function done(before, now, load) {
    if (Object.keys(now).length) {
        toast(t('triggers.saved'));
    } else if (isOn(before)) {
        const { senders, from, to, timezone, count, match, gap } = before;

        toast(t('triggers.stopped'), { label: t('act.undo'), act: () =>
            api.put('/mail/triggers', { senders, from, to, timezone, count, match, gap })
                .then(load, (error) => toast(error.text)) });
    }
}

const isOn = (set) => Boolean(set.senders?.length || set.from || set.count);

// Which of the choices a setting is.

function choiceOf({ senders, from, count }) {
    const given = [senders?.length && 'people', from && 'hours', count && (count === 1 ? 'always' : 'own')]
        .filter(Boolean);

    return given.length > 1 ? 'own' : given[0] || 'never';
}

function fieldsOf(set) {
    return {
        when: choiceOf(set), senders: (set.senders || []).join(', '), from: set.from || '', to: set.to || '',
        count: set.count ?? '', match: set.match || 'any', timezone: set.timezone || zone(), gap: set.gap ?? GAP,
    };
}


// What a setting does.

function said(set) {
    const { senders = [], from, to, count, match, timezone } = set;
    const isAll = match === 'all' && [senders.length, from, count].filter(Boolean).length > 1;
    const hours = { from, to: timezone === zone() ? to : `${to} (${nameOfZone(timezone)})` };
    const what = [
        senders.length && parts('tells.people', { names: listed(senders.map(called)) }),
        from && !isAll && parts('tells.hours', hours),
        count && t(count === 1 ? 'tells.always' : 'tells.count', { n: String(count) }),
    ].filter(Boolean).flatMap((one, i) => (i ? [t(isAll ? 'tells.and' : 'tells.or'), one] : [one]));

    return what.length ? parts(from && isAll ? 'tells.within' : 'tells.when', { ...hours, what }) : t('tells.never');
}

function listed(names) {
    const format = new Intl.ListFormat(locale(), { type: 'disjunction' });

    return format.formatToParts(names.map((_, i) => String(i)))
        .map(({ type, value }) => (type === 'element' ? names[Number(value)] : value));
}

function nameOfZone(timezone) {
    const format = new Intl.DateTimeFormat(locale(), { timeZone: timezone, timeZoneName: 'longGeneric' });

    return format.formatToParts(new Date()).find(({ type }) => type === 'timeZoneName').value;
}

// Asks the phonebook for names that nobody has told yet.

async function learn(senders, signal, tell) {
    for (const number of senders.filter((one) => !isCalled(one))) {
        const name = await whose(number, signal).catch(() => '');

        if (signal.aborted) {
            return;
        }
        if (name) {
            setName(number, name);
            tell();
        }
    }
}


// Which fields are seen depends on the choice (elements.css).

function editor(stored, signal, act) {
    const known = h('ul', { class: 'known', 'aria-label': t('triggers.known') });
    const element = form({
        name: 'triggers',
        fields: [
            { name: 'when', label: t('triggers.when'), value: stored.when, choices:
                ['never', 'always', 'people', 'hours', 'own'].map((name) =>
                    [name, t(`when.${name}`), name === 'own' && t('when.ownHint')]) },
            { name: 'senders', label: t('triggers.senders'), hint: t('triggers.sendersHint'), autocomplete: 'off',
              value: stored.senders, rows: 2, maxlength: 800, items: numbers,
              after: h('div', {}, known, picker(() => element.inputs.senders)) },
            { name: 'from', label: t('triggers.from'), type: 'time', value: stored.from },
            { name: 'to', label: t('triggers.to'), type: 'time', value: stored.to },
            { name: 'count', label: t('triggers.count'), type: 'number', min: 1, max: 1000, inputmode: 'numeric',
              value: stored.count },
            { name: 'match', label: t('triggers.match'), value: stored.match,
              options: ['any', 'all'].map((name) => [name, t(`match.${name}`)]) },
            { name: 'gap', label: t('triggers.gap'), type: 'number', min: 1, max: 1440, inputmode: 'numeric',
              value: stored.gap, isRest: true },
            { name: 'timezone', label: t('triggers.timezone'), hint: t('triggers.timezoneHint'),
              value: stored.timezone, maxlength: 64, autocomplete: 'off', list: 'zones', isRest: true,
              after: h('datalist', { id: 'zones' }, Intl.supportedValuesOf('timeZone')
                  .map((value) => h('option', { value }))) },
        ],
        rest: t('triggers.more'), submit: t('triggers.save'), act,
    });
    const { senders } = element.inputs;
    let timer = 0;

    const tell = () => put(known, numbers(senders.value).map(complete).filter(isCalled)
        .map((number) => h('li', {}, called(number))));

    function look() {
        clearTimeout(timer);
        tell();
        timer = setTimeout(async () => {
            await learn(numbers(senders.value).map(complete).filter((number) => number.length > LONG), signal, tell);
            tell();                     // others have asked meanwhile
        }, PAUSE);
    }

    element.classList.add('when');
    senders.addEventListener('input', look);
    signal.addEventListener('abort', () => clearTimeout(timer));
    look();

    return element;
}

// "138 0000 0002" is of the country that the product serves.

function complete(text) {
    const digits = text.replace(/[^+\d]/g, '');

    return /^1\d{10}$/.test(digits) ? `+86${digits}` : digits;
}

// What the choice does not show does not count; without a condition the triggers are off.

/** @param {Record<string, any>} fields */

function conditions({ when, senders, from, to, timezone, count, match, gap }) {
    const has = (name) => when === name || when === 'own';
    const given = {
        ...has('people') && senders.trim() && { senders: numbers(senders) },
        ...has('hours') && (from || to) && { from, to, timezone: timezone.trim() },
        ...when === 'own' && count && { count: Number(count) },
        ...when === 'always' && { count: 1 },
    };

    if (when !== 'never' && !Object.keys(given).length) {
        throw wrong(`missing.${when}`, { people: 'senders', hours: 'from', own: 'count' }[when]);
    }

    return when === 'never' ? {} : { ...given, match: when === 'own' ? match : 'any',
                                     ...gap && { gap: Number(gap) } };
}
