// Mail: conversations by number, one conversation, writing and passing on.

import * as api from '../../lib/api.js';
import { bdi, h, put } from '../../lib/dom.js';
import { phone, time } from '../../lib/format.js';
import { parts, t } from '../../lib/i18n.js';
import * as live from '../../lib/live.js';
import * as router from '../../lib/router.js';
import { who } from '../../lib/store.js';
import { fileField } from '../elements/file.js';
import { form } from '../elements/form.js';
import { icon } from '../elements/icons.js';
import { loading, problem } from '../elements/problem.js';
import { ask } from '../elements/sheet.js';
import { toast } from '../elements/toast.js';
import { called, setName } from '../people/names.js';
import { picker } from '../people/picker.js';
import { withPicture } from '../picture.js';
import { setUnread } from '../state.js';
import { head } from './bills.js';

const LONGEST = 2000;
const NEAR = 60;                        // pixels from the end that count as there

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
        shown.forEach((talk) => setName(talk.peer, talk.name));
        put(body,
            !shown.length && h('div', { class: 'empty' }, icon('mail'),
                h('p', { class: 'strong' }, t('mail.none')), h('p', { class: 'muted' }, t('mail.noneText')),
                h('a', { class: 'button', href: router.href('/mail/new') }, t('mail.write'))),
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

    const later = live.calm(() => !signal.aborted && load());

    live.on('mail.', later, signal);
    document.addEventListener('phone:mail', later, { signal });
    document.addEventListener('phone:contacts', later, { signal });
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
            h('span', { class: 'line-title' }, called(talk.peer),
              fresh && h('span', { class: 'dot' }, h('span', { class: 'hidden-text' }, t('mail.unread')))),
            h('span', { class: 'muted clip' },
              talk.kind === 'OUT' ? parts('mail.youSaid', { text: bdi(saying(talk)) }) : bdi(saying(talk)))),
        h('span', { class: 'line-end muted small' }, time(talk.created_at)));
}

export function conversation({ params, signal }) {
    const { peer } = params;
    const earlier = h('div', { class: 'stack' });
    const list = h('div', { class: 'talk', role: 'log', 'aria-live': 'off', 'aria-label': t('mail.talk') });
    const waiting = h('div', { class: 'stack' });
    const arrived = h('div', { class: 'center' });
    const answering = h('div');
    const chosen = h('div', { class: 'chosen' });
    const title = h('span', { class: 'called' }, called(peer));
    const blocking = h('span');
    const blocked = h('div', { role: 'status' });
    const notBlocked = h('div', { role: 'alert' });
    const bubbles = new Map();
    const marked = new Set();
    let older;
    let mails = [];
    let answer = null;
    let isMarking = false;
    let isAtEnd = true;

    const page = (before) => api.get(`/mail?limit=50&peer=${encodeURIComponent(peer)}`
        + (before ? `&before=${encodeURIComponent(before)}` : ''), { signal });

    const load = () => loading(waiting, () => page(), (reply) => {
        const isFirst = older === undefined;
        const newest = mails[0]?.mail_id;
        const fresh = new Set(reply.mail.map((mail) => mail.mail_id));
        const oldest = reply.mail.at(-1)?.created_at;

        // of the same second, those of the next page
        const isBefore = (mail) => mail.created_at < oldest
                                   || mail.created_at === oldest && reply.mail.length === 50;

        mails = reply.mail.concat(mails.filter((mail) => !fresh.has(mail.mail_id) && isBefore(mail)));
        const had = older;

        older = isFirst || mails.length <= 50 ? reply.mail.length === 50 && reply.next_before : older;
        setUnread(reply.unread);
        setName(peer, reply.name);
        put(title, called(peer));
        put(waiting, !mails.length && h('p', { class: 'muted center' }, t('mail.noTalk')));
        draw();
        if (Boolean(had) !== Boolean(older)) {
            drawEarlier();
        }
        drawBlocked(reply.blocked);

        if (isAtEnd) {
            toEnd();
        } else if (mails[0]?.kind === 'IN' && mails[0].mail_id !== newest) {
            put(arrived, h('button', { type: 'button', onclick: toEnd }, t('mail.arrived')));
        }

        // what was there is not read out, what comes is
        setTimeout(() => list.setAttribute('aria-live', 'polite'));
        read();
    }, older === undefined ? 3 : 0);

    // What is there stays as it is, for who reads or listens.

    function draw() {
        const all = new Map([...mails].reverse().map((mail) => [mail.mail_id, mail]));
        let at = list.firstChild;

        for (const [id, { element }] of bubbles) {
            if (!all.has(id)) {
                at = at === element ? at.nextSibling : at;
                element.remove();
                bubbles.delete(id);
            }
        }

        for (const [id, mail] of all) {
            const isQuoting = all.has(mail.reply_to);
            const known = bubbles.get(id);

            if (known?.isQuoting === isQuoting) {
                if (known.element === at) {
                    at = at.nextSibling;
                } else {
                    list.insertBefore(known.element, at);
                }
                continue;
            }

            const element = bubble(mail);

            if (known) {
                at = at === known.element ? at.nextSibling : at;
                known.element.remove();
            }
            list.insertBefore(element, at);
            bubbles.set(id, { element, isQuoting });
        }
    }

    const drawEarlier = () => put(earlier, older && h('button', { type: 'button', class: 'link',
        onclick: ({ target }) => {
            target.disabled = true;
            loadEarlier();
        } }, t('mail.older')));

    const loadEarlier = () => loading(earlier, () => page(older), (reply) => {
        const pane = list.closest('.pane');
        const toGo = pane.scrollHeight - pane.scrollTop;
        const known = new Set(mails.map((mail) => mail.mail_id));

        mails = mails.concat(reply.mail.filter((mail) => !known.has(mail.mail_id)));
        older = reply.mail.length === 50 && reply.next_before;
        list.setAttribute('aria-live', 'off');
        draw();
        drawEarlier();
        pane.scrollTop = pane.scrollHeight - toGo;
        setTimeout(() => list.setAttribute('aria-live', 'polite'));
        read();
    }, 1);

    // The end of the pane is below the form, which covers what is behind it.

    function toEnd() {
        const pane = list.closest('.pane');

        put(arrived);
        isAtEnd = true;
        if (pane) {
            pane.scrollTop = pane.scrollHeight;
        }
    }

    // Whoever is at the end stays there when the keyboard comes or a picture arrives.

    function keepEnd() {
        const pane = list.closest('.pane');
        const sizes = new ResizeObserver(() => isAtEnd && toEnd());

        pane.addEventListener('scroll', () => {
            isAtEnd = pane.scrollHeight - pane.scrollTop - pane.clientHeight < NEAR;
            if (isAtEnd) {
                put(arrived);
            }
        }, { signal, passive: true });
        [pane, list, writing].forEach((element) => sizes.observe(element));
        window.visualViewport?.addEventListener('resize', () => isAtEnd && toEnd(), { signal });
        signal.addEventListener('abort', () => sizes.disconnect());
    }

    // Up to the newest that is shown: a call marks many, and says whether there are more.

    async function read() {
        if (isMarking) {
            return;
        }

        let isAny = false;
        isMarking = true;

        while (!signal.aborted && document.visibilityState === 'visible') {
            const fresh = mails.filter(({ mail_id: id, kind, read: isRead }) => kind === 'IN' && !isRead
                                                                                && !marked.has(id));
            if (!fresh.length) {
                break;
            }

            try {
                let reply;

                do {
                    reply = await api.post(`/mail/conversations/${encodeURIComponent(peer)}/read`,
                                           { mail_id: fresh[0].mail_id }, { signal, keyless: true });
                    isAny ||= reply.marked > 0;
                } while (reply.more && !signal.aborted);

                fresh.forEach(({ mail_id: id }) => marked.add(id));
            } catch (error) {
                if (error.code !== 'MAIL_NOT_FOUND') {
                    break;              // with the next that comes, or is seen
                }
                marked.add(fresh[0].mail_id);       // deleted elsewhere: up to the one before
            }
        }

        isMarking = false;

        if (isAny) {
            changed();
        }
    }

    function bubble(mail) {
        const said = h('div', { role: 'alert' });
        const id = `mail-${mail.mail_id}`;
        const act = (name) => ({ id: `${id}-${name}`, class: 'plain', 'aria-label': t(`mail.${name}`),
                                 'aria-labelledby': `${id}-${name} ${id}` });
        const to = mails.find((other) => other.mail_id === mail.reply_to);

        return h('article', { class: `bubble ${mail.kind === 'OUT' ? 'mine' : 'theirs'}` },
            to && h('p', { class: 'quoted clip' }, bdi(saying(to))),
            mail.forwarded && h('p', { class: 'muted small' }, icon('forward'), t('mail.forwarded')),
            mail.picture_type && picture(mail),
            mail.text && h('p', { class: 'bubble-text' }, bdi(mail.text)),
            h('footer', {},
                h('span', { id, hidden: true }, bdi(saying(mail).slice(0, 60))),
                h('span', { class: 'muted small' }, time(mail.created_at),
                  mail.kind === 'OUT' && mail.recipients > 1 && ' · ',
                  mail.kind === 'OUT' && mail.recipients > 1 && t('mail.toMany', { n: mail.recipients })),
                mail.kind === 'IN' && h('button', { type: 'button', ...act('reply'),
                    onclick: () => replyTo(mail) }, icon('reply')),
                h('a', { ...act('forward'), href: router.href(`/mail/forward/${encodeURIComponent(mail.mail_id)}`) },
                  icon('forward')),
                h('button', { type: 'button', ...act('delete'), onclick: () => remove(mail, said) }, icon('bin'))),
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

        const { element } = bubbles.get(mail.mail_id) || {};
        const next = element?.nextElementSibling || element?.previousElementSibling;

        mails = mails.filter((other) => other.mail_id !== mail.mail_id);
        draw();
        (next?.querySelector('footer button:last-child') || writing.inputs.text).focus({ preventScroll: true });
        changed();
        return undefined;
    }

    // Whether messages of this number come: the button is where the other ones of the page
    // are, and what it has done is said where one writes.

    function drawBlocked(isBlocked) {
        put(blocking, peer !== who.get() && !isBlocked && h('button', {
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
        put(notBlocked);

        try {
            await work();
            drawBlocked(isBlocked);
            (isBlocked ? blocked : blocking).querySelector('button')?.focus();
        } catch (error) {
            button.disabled = false;
            put(notBlocked, problem(error));
        }
    }

    // The field grows with the text, up to a third of the screen.

    function grow() {
        const { text } = writing.inputs;

        text.style.height = '';
        text.style.height = text.value ? `${text.scrollHeight + 2}px` : '';
    }

    function showChosen() {
        const { picture: field } = writing.inputs;

        put(chosen, field.files[0] && h('p', { class: 'answering' }, icon('clip'),
            bdi(field.files[0].name, { class: 'clip' }),
            h('button', { type: 'button', class: 'plain', 'aria-label': t('mail.noPicture'), onclick: () => {
                field.value = '';
                put(chosen);
                field.focus();
            } }, icon('close'))));
    }

    const writing = form({
        name: `mail.${peer}`,
        fields: [{ name: 'text', label: t('mail.text'), rows: 1, maxlength: LONGEST, required: true,
                   unless: 'picture', placeholder: t('mail.text'), oninput: grow },
                 { ...attachment(), class: 'clip-input', onchange: showChosen,
                   after: h('span', { class: 'clip-sign', 'aria-hidden': 'true' }, icon('clip')) }],
        more: chosen,
        submit: t('mail.send'),
        act: async ({ text, picture: file }, once) => {
            await (answer ? api.post(`/mail/${encodeURIComponent(answer.mail_id)}/reply`,
                                     await withPicture({ text }, file), { once, ...patient(file) })
                          : api.post('/mail', await withPicture({ to: [peer], text }, file),
                                     { once, ...patient(file) }));
            answer = null;
            put(answering);
            put(chosen);
            changed();
            isAtEnd = true;
            await load();
        },
    });

    const later = live.calm(() => !signal.aborted && load(), 100);

    live.on('mail.new', (type, news) => (type === 'reset' || news.from === peer) && later(), signal);
    document.addEventListener('phone:contacts', later, { signal });
    document.addEventListener('visibilitychange', read, { signal });
    queueMicrotask(() => {              // it is in its pane then
        keepEnd();
        grow();
    });
    writing.addEventListener('reset', () => setTimeout(grow));
    load();

    return [head(title, '/mail', blocking), earlier, list, waiting,
            h('div', { class: 'writing' }, arrived, blocked, notBlocked, answering, writing)];
}

// fieldOf() is where the numbers go that are chosen in the phonebook.

const recipients = (fieldOf) => ({ name: 'to', label: t('mail.to'), hint: t('mail.toHint'), type: 'tel',
                                   autocomplete: 'off', required: true, autofocus: true, items: numbers,
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

export function compose() {
    const element = form({
        name: 'mail.new',
        fields: [recipients(() => element.inputs.to),
                 { name: 'text', label: t('mail.text'), rows: 6, maxlength: LONGEST, required: true,
                   unless: 'picture' },
                 fileField(attachment())],
        submit: t('mail.send'),
        act: async ({ to, text, picture: file }, once) => {
            await api.post('/mail', await withPicture({ to: numbers(to), text }, file),
                           { once, ...patient(file) });
            sent(numbers(to));
        },
    });

    return [head(t('mail.write'), '/mail'), element];
}

export function forward({ params, signal }) {
    const body = h('div', { class: 'stack' });
    const path = `/mail/${encodeURIComponent(params.id)}`;

    const element = form({
        name: `forward.${params.id}`,
        fields: [recipients(() => element.inputs.to)],
        submit: t('mail.forward'),
        act: async ({ to }, once) => {
            await api.post(`${path}/forward`, { to: numbers(to) }, { once });
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
