// Mail: conversations by number, one conversation, writing and passing on.

import * as api from '../../lib/api.js';
import { bdi, h, put } from '../../lib/dom.js';
import { phone, time } from '../../lib/format.js';
import { parts, t } from '../../lib/i18n.js';
import * as live from '../../lib/live.js';
import * as router from '../../lib/router.js';
import { form } from '../elements/form.js';
import { icon } from '../elements/icons.js';
import { loading, problem } from '../elements/problem.js';
import { ask } from '../elements/sheet.js';
import { toast } from '../elements/toast.js';
import { picker } from '../people/picker.js';
import { withPicture } from '../picture.js';
import { setUnread, state } from '../state.js';
import { head } from './bills.js';

const LONGEST = 2000;

const withPeer = (peer) => `/mail/with/${encodeURIComponent(peer)}`;

// Something has changed in this tab.

function changed() {
    document.dispatchEvent(new CustomEvent('phone:mail'));
}

export function conversationList({ signal }) {
    const body = h('div', { class: 'stack' });
    let shown = [];

    const load = () => loading(body, () => api.get('/mail/conversations?limit=50', { signal }), (page) => {
        shown = page.conversations;
        draw(page.next_before);
    }, 4);

    function draw(next) {
        put(body,
            !shown.length && h('div', { class: 'empty' }, icon('mail'),
                h('p', { class: 'strong' }, t('mail.none')), h('p', { class: 'muted' }, t('mail.noneText'))),
            shown.length > 0 && h('ul', { class: 'lines' }, shown.map((talk) => h('li', {}, row(talk)))),
            next && shown.length % 50 === 0 && h('button', { type: 'button', class: 'wide', onclick: async (event) => {
                event.target.disabled = true;
                const page = await api.get(`/mail/conversations?limit=50&before=${encodeURIComponent(next)}`,
                                           { signal });
                shown = shown.concat(page.conversations);
                draw(page.next_before);
            } }, t('act.more')));
        body.querySelector(`a[href="${CSS.escape(location.pathname)}"]`)?.setAttribute('aria-current', 'true');
    }

    live.on('mail.', load, signal);
    document.addEventListener('phone:mail', load, { signal });
    load();

    return [
        h('header', { class: 'head' }, h('h1', {}, t('mail.title')),
          h('a', { class: 'plain', href: router.href('/mail/new'), 'aria-label': t('mail.write') },
            icon('write'))),
        body,
    ];
}

const saying = (mail) => mail.text || (mail.picture_type ? t('mail.picture') : '');

function picture(mail) {
    const href = `/mail/${encodeURIComponent(mail.mail_id)}/picture`;

    return h('a', { href, download: '' }, h('img', {
        class: 'bubble-picture', src: href, alt: t('mail.picture'), loading: 'lazy',
        width: mail.picture_width, height: mail.picture_height,
    }));
}

function row(talk) {
    const fresh = talk.kind === 'IN' && !talk.read;

    return h('a', { class: `line${fresh ? ' fresh' : ''}`, href: router.href(withPeer(talk.peer)) },
        h('span', { class: 'line-text' },
            h('span', { class: 'line-title' }, bdi(phone(talk.peer)),
              fresh && h('span', { class: 'dot' }, h('span', { class: 'hidden-text' }, t('mail.unread')))),
            h('span', { class: 'muted clip' },
              talk.kind === 'OUT' ? parts('mail.youSaid', { text: bdi(saying(talk)) }) : bdi(saying(talk)))),
        h('span', { class: 'line-end muted small' }, time(talk.created_at)));
}

export function conversation({ params, signal }) {
    const { peer } = params;
    const list = h('div', { class: 'talk', role: 'log', 'aria-live': 'polite' });
    const answering = h('div');
    const blocking = h('span');
    const blocked = h('div', { role: 'status' });
    let older;
    let mails = [];
    let answer = null;

    const page = (before) => api.get(`/mail?limit=50&peer=${encodeURIComponent(peer)}`
        + (before ? `&before=${encodeURIComponent(before)}` : ''), { signal });

    const load = () => loading(list, () => page(), (reply) => {
        const fresh = new Set(reply.mail.map((mail) => mail.mail_id));
        const oldest = reply.mail.at(-1)?.created_at;

        mails = reply.mail.concat(mails.filter((mail) => !fresh.has(mail.mail_id) && oldest
                                                         && mail.created_at < oldest));
        older = older === undefined || mails.length <= 50
            ? reply.mail.length === 50 && reply.next_before : older;
        setUnread(reply.unread);
        draw();
        drawBlocked(reply.blocked);
        list.lastElementChild?.scrollIntoView({ block: 'end' });
        read();
    });

    function draw() {
        put(list,
            older && h('button', { type: 'button', class: 'link', onclick: async () => {
                const reply = await page(older);
                mails = mails.concat(reply.mail);
                older = reply.mail.length === 50 && reply.next_before;
                draw();
            } }, t('mail.older')),
            !mails.length && h('p', { class: 'muted center' }, t('mail.noTalk')),
            [...mails].reverse().map(bubble));
    }

    async function read() {
        if (document.visibilityState !== 'visible') {
            return;
        }

        const waiting = mails.filter((mail) => mail.kind === 'IN' && !mail.read);

        for (const mail of waiting) {
            mail.read = true;
            await api.post(`/mail/${encodeURIComponent(mail.mail_id)}/read`, {}, { signal }).catch(() => {});
        }

        if (waiting.length) {
            setUnread(Math.max(0, (state.me?.unread || 0) - waiting.length));
            changed();
        }
    }

    function bubble(mail) {
        const said = h('div', { role: 'alert' });
        const to = mails.find((other) => other.mail_id === mail.reply_to);

        return h('article', { class: `bubble ${mail.kind === 'OUT' ? 'mine' : 'theirs'}` },
            to && h('p', { class: 'quoted clip' }, bdi(saying(to))),
            mail.forwarded && h('p', { class: 'muted small' }, icon('forward'), t('mail.forwarded')),
            mail.picture_type && picture(mail),
            mail.text && h('p', { class: 'bubble-text' }, bdi(mail.text)),
            h('footer', {},
                h('span', { class: 'muted small' }, time(mail.created_at),
                  mail.kind === 'OUT' && mail.recipients > 1 && ' · ',
                  mail.kind === 'OUT' && mail.recipients > 1 && t('mail.toMany', { n: mail.recipients })),
                mail.kind === 'IN' && h('button', { type: 'button', class: 'plain', 'aria-label': t('mail.reply'),
                    onclick: () => replyTo(mail) }, icon('reply')),
                h('a', { class: 'plain', 'aria-label': t('mail.forward'),
                         href: router.href(`/mail/forward/${encodeURIComponent(mail.mail_id)}`) },
                  icon('forward')),
                h('button', { type: 'button', class: 'plain', 'aria-label': t('mail.delete'),
                    onclick: () => remove(mail, said) }, icon('bin'))),
            said);
    }

    function replyTo(mail) {
        answer = mail;
        put(answering, mail && h('p', { class: 'answering' }, icon('reply'),
            bdi(saying(mail), { class: 'clip' }),
            h('button', { type: 'button', class: 'plain', 'aria-label': t('mail.noReply'),
                          onclick: () => replyTo(null) }, icon('close'))));
        writing.inputs.text.focus();
    }

    async function remove(mail, said) {
        if (!await ask({ title: t('mail.deleteTitle'), text: t('mail.deleteText'), yes: t('mail.delete') })) {
            return;
        }

        try {
            await api.del(`/mail/${encodeURIComponent(mail.mail_id)}`);
        } catch (error) {
            if (error.code !== 'MAIL_NOT_FOUND') {
                return put(said, problem(error));
            }
        }

        mails = mails.filter((other) => other !== mail);
        draw();
        changed();
        return undefined;
    }

    // Whether messages of this number come: the button is where the other ones of the page
    // are, and what it has done is said where one writes.

    function drawBlocked(isBlocked) {
        put(blocking, peer !== state.me?.phone && !isBlocked && h('button', {
            type: 'button', class: 'plain', 'aria-label': t('blocked.do'),
            onclick: ({ currentTarget }) => block(currentTarget),
        }, icon('block')));
        put(blocked, isBlocked && h('p', { class: 'answering' }, icon('block'),
            h('span', { class: 'line-text' }, t('blocked.here')),
            h('button', { type: 'button', class: 'link', onclick: ({ currentTarget }) => unblock(currentTarget) },
              t('blocked.end'))));
    }

    const block = async (button) => await ask({ title: t('blocked.title', { phone: phone(peer) }),
                                                text: t('blocked.text'), yes: t('blocked.do') })
        && setBlocked(button, () => api.post('/mail/blocked', { phone: peer }), true);

    const unblock = (button) => setBlocked(button, () => api.del(`/mail/blocked/${encodeURIComponent(peer)}`), false);

    async function setBlocked(button, work, isBlocked) {
        button.disabled = true;

        try {
            await work();
            drawBlocked(isBlocked);
            (isBlocked ? blocked : blocking).querySelector('button')?.focus();
        } catch (error) {
            button.disabled = false;
            put(answering, problem(error));
        }
    }

    const writing = form({
        name: `mail.${peer}`,
        fields: [{ name: 'text', label: t('mail.text'), rows: 2, maxlength: LONGEST, required: true,
                   unless: 'picture' }, attachment()],
        submit: t('mail.send'),
        act: async ({ text, picture: file }) => {
            await (answer ? api.post(`/mail/${encodeURIComponent(answer.mail_id)}/reply`,
                                     await withPicture({ text }, file), patient(file))
                          : api.post('/mail', await withPicture({ to: [peer], text }, file), patient(file)));
            answer = null;
            put(answering);
            changed();
            await load();
        },
    });

    live.on('mail.new', (type, news) => (type === 'reset' || news.from === peer) && load(), signal);
    document.addEventListener('visibilitychange', read, { signal });
    load();

    return [head(phone(peer), '/mail', blocking), list,
            h('div', { class: 'writing' }, blocked, answering, writing)];
}

// fieldOf() is where the numbers go that are chosen in the phonebook.

const recipients = (fieldOf) => ({ name: 'to', label: t('mail.to'), hint: t('mail.toHint'), type: 'tel',
                                   autocomplete: 'off', required: true, autofocus: true,
                                   after: picker(fieldOf) });

// A picture takes its time on a slow link.

const patient = (file) => file ? { patience: 120000 } : {};

const attachment = () => ({ name: 'picture', label: t('mail.attach'), type: 'file',
                            accept: 'image/jpeg,image/png,image/webp,image/*' });

// "+86 138 0000 0001, 13900000002": numbers end with a comma or a line.

function numbers(text) {
    return text.split(/[,;，；、\n]/).map((part) => part.trim()).filter(Boolean);
}

function sent(to) {
    changed();

    if (to.length === 1 && to[0].startsWith('+')) {
        router.go(withPeer(to[0].replace(/[^+\d]/g, '')), { replace: true });
    } else {
        toast(t('mail.sent'));
        router.go('/mail', { replace: true });
    }
}

export function compose({ query }) {
    const element = form({
        name: 'mail.new',
        fields: [recipients(() => element.inputs.to),
                 { name: 'text', label: t('mail.text'), rows: 6, maxlength: LONGEST, required: true,
                   unless: 'picture' },
                 attachment()],
        submit: t('mail.send'),
        act: async ({ to, text, picture: file }) => {
            await api.post('/mail', await withPicture({ to: numbers(to), text }, file), patient(file));
            sent(numbers(to));
        },
    });

    if (query.get('to')) {
        element.inputs.to.value = query.get('to');
    }

    return [head(t('mail.write'), '/mail'), element];
}

export function forward({ params, signal }) {
    const body = h('div', { class: 'stack' });
    const path = `/mail/${encodeURIComponent(params.id)}`;

    const element = form({
        name: `forward.${params.id}`,
        fields: [recipients(() => element.inputs.to)],
        submit: t('mail.forward'),
        act: async ({ to }) => {
            await api.post(`${path}/forward`, { to: numbers(to) });
            sent(numbers(to));
        },
    });

    loading(body, () => api.get(path, { signal }), (mail) => put(body,
        h('blockquote', { class: 'bubble theirs' }, mail.picture_type && picture(mail),
            mail.text && h('p', { class: 'bubble-text' }, bdi(mail.text))),
        h('p', { class: 'muted' }, t('mail.forwardText')),
        element));

    return [head(t('mail.forward'), '/mail'), body];
}
