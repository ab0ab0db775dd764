# Mail between two people who are both there: it arrives by itself, is read, answered,
# passed on, deleted; the badge counts what was not read.

use utf8;
use lib 't/lib';
use Phone::Product;
use Phone::Browser;

my $p = Phone::Product->new;
$p->payer('13800000001', 100);
$p->payer('13800000002', 100);

my $browser = Phone::Browser->new($p);
my $li = $browser->person('li', locale => 'zh-CN');
my $han = $browser->person('han', locale => 'en-US', width => 1280, height => 800);

$li->logs_in('13800000001', locale => 'zh');
$han->logs_in('13800000002');
$han->sees('No bills yet');
$han->listens;

# written, and there without a reload

$li->presses('消息');
$li->sees('还没有消息');
$li->presses('写消息');
$li->presses('发送');
$li->sees('请填写“收件人手机号”');
$li->fills('收件人手机号', '12');
$li->fills('内容', "六点见？\n老地方 <script>alert(1)</script>");
$li->presses('发送');
$li->finds('[name=to][aria-invalid=true]');
is $li->value('内容'), "六点见？\n老地方 <script>alert(1)</script>", 'what was typed is still there';
$li->fills('收件人手机号', '13800000002，李雷，13800000003');
$li->presses('发送');
$li->sees('“李雷”：');
is $li->run('window.getSelection().toString()'), '李雷', 'the one that is wrong is named, and marked';
$li->fills('内容', '长' x 2500);
$li->sees('最多 2000 个字，现在有 2500 个。');
$li->presses('发送');
$li->finds('[name=text][aria-invalid=true]');
$li->fills('内容', "六点见？\n老地方 <script>alert(1)</script>");
is $li->count('[name=text][aria-invalid=true]'), 0, 'nothing of what is pasted is cut off in silence';
$li->fills('收件人手机号', '+86 138 0000 0002');
$li->presses('发送');
$li->is_at('/app/mail/with/');
$li->sees('老地方 <script>alert(1)</script>');

$han->sees('A new message');
$han->finds('.badge');
$han->presses('Messages');
$han->sees('+86 138 0000 0001');
$han->step('opens the conversation', run => "document.querySelector('.line.fresh').click()");
$han->sees('老地方 <script>alert(1)</script>');
$han->step('has read it', run => 'new Promise((done) => { const go = () =>'
    . "document.querySelector('.badge, .fresh') ? setTimeout(go, 30) : done(true); go(); })");

# answered: both see what is answered

$han->step('replies', run => "document.querySelector('[aria-label=Reply]').click()");
$han->fills('Message', 'Yes, at six');
$han->presses('Send');
$han->finds('.mine .quoted');
$li->sees('Yes, at six');
$li->finds('.theirs .quoted');

# without "Reply" it is one more message

$li->fills('内容', '好');
$li->presses('发送');
$han->sees('好');

# passed on, to two

$li->step('passes it on', run => "document.querySelector('.theirs [href*=forward]').click()");
$li->sees('对方不会看到原作者');
$li->fills('收件人手机号', '13800000002, 13800000003');
$li->presses('转发');
$li->sees('已发送');
$han->sees('Forwarded');

# a picture, without words; what is none is refused, in words

sub attaches {
    my ($person, $kind) = @_;
    $person->finds('[type=file]');
    $person->step("attaches $kind", run => 'new Promise((done) => { const canvas = document.createElement("canvas");'
        . 'canvas.width = 30; canvas.height = 20; canvas.toBlob((blob) => { const files = new DataTransfer();'
        . "files.items.add(new File([blob || 'none'], 'a', { type: '$kind' }));"
        . "document.querySelector('[type=file]').files = files.files; done(true); }, '$kind'); })");
}
$li->opens('/app/mail/with/%2B8613800000002');
for my $kind (qw(image/jpeg image/png image/webp)) {
    my $had = $li->count('.mine .bubble-picture');
    attaches($li, $kind);
    $li->presses('发送');
    $li->step("$kind is shown", run => 'new Promise((done) => { const go = () => { const all ='
        . "[...document.querySelectorAll('.mine .bubble-picture')].filter((img) => { img.loading = 'eager';"
        . "return img.complete && img.naturalWidth === 30 && img.naturalHeight === 20; });"
        . "all.length > $had ? done(true) : setTimeout(go, 30); }; go(); })");
}
$li->step('sends a text as a picture', run => "(() => { const files = new DataTransfer();"
    . "files.items.add(new File(['none'], 'a', { type: 'image/png' }));"
    . "document.querySelector('[type=file]').files = files.files; return true; })()");
$li->presses('发送');
$li->sees('文件不是完整的');
$li->opens('/app/mail/with/%2B8613800000002');
$han->step('sees them', run => 'new Promise((done) => { const go = () => { const all ='
    . "[...document.querySelectorAll('.theirs .bubble-picture')].filter((img) => { img.loading = 'eager';"
    . "return img.complete && img.naturalWidth === 30; }); all.length === 3 ? done(true) : setTimeout(go, 30); }; go(); })");

# deleted: asked once, gone here, there still

$li->opens('/app/mail/with/%2B8613800000002');
$li->sees('Yes, at six');
my $before = $li->count('.bubble');
$li->step('deletes', run => "document.querySelector('.theirs [aria-label=\"删除\"]').click()");
$li->sees('只删除您这里的一份');
$li->presses('取消');
is $li->count('.bubble'), $before, 'not yet';
$li->step('deletes', run => "document.querySelector('.theirs [aria-label=\"删除\"]').click()");
$li->presses('删除');
$li->step('it is gone', run => 'new Promise((done) => { const go = () =>'
    . "document.querySelectorAll('.bubble').length < $before ? done(true) : setTimeout(go, 30); go(); })");
$li->reloads;
$li->sees('好');
unlike $li->text, qr/Yes, at six.*Yes, at six/, 'for good';
$han->sees('Yes, at six');


# many at once: read together, the list and the badge asked for once

my $anne = $p->payer('13800000005', 100);
my $wang = $p->payer('13800000006', 100);
$p->login($wang);
my $texts = sub { $p->post('/mail', { to => ['13800000005'], text => "message $_[0]" }, cookie => $wang->{cookie}) };
$texts->($_) for 1 .. 60;
my $ann = $browser->person('ann', width => 1280, height => 800);
$ann->logs_in('13800000005');
$ann->listens;
$ann->presses('Messages');
$ann->finds('.line.fresh');
$ann->step('opens the conversation', run => "document.querySelector('.line.fresh').click()");
my $sent = sub { my ($what) = @_; grep { $_ =~ $what } @{ $ann->sent } };
Phone::Env::true_within(60, sub { !$ann->count('.badge') });
is $ann->count('.badge'), 0, 'all is read, what is further up as well';
is $sent->(qr{^POST \S+/read }), 2, 'with a call for fifty';
is scalar(grep { /idempotency-key/ } $sent->(qr{^POST \S+/read })), 0, 'which takes no key of the day';
cmp_ok $sent->(qr{^GET \S+/mail/conversations}), '<=', 4, 'the list is not read for each';
cmp_ok $sent->(qr{^GET \S+/me }), '<=', 6, 'nor the badge';

# the newest one is above the form, and stays there

my $end = q{(() => { const all = [...document.querySelectorAll('.bubble')];
    return all.length > 0 && all.at(-1).getBoundingClientRect().bottom
           <= document.querySelector('.writing').getBoundingClientRect().top + 1; })()};
my $sees_end = sub { my ($name) = @_; ok Phone::Env::true_within(10, sub { $ann->run($end) }), $name };
$sees_end->('the newest message is seen');
for my $size ([390, 844], [390, 480]) {
    $ann->size(@$size);
    $sees_end->("at @$size as well, where the keyboard takes its part");
}
$ann->size(390, 844);
$ann->fills('Message', 'my own');
$ann->presses('Send');
$ann->sees('my own');
$sees_end->('one\'s own is seen');

# the form is one line, which grows with the text, and leaves the room to what is read

my $height = q{document.querySelector('.writing').getBoundingClientRect().height};
cmp_ok $ann->run($height), '<', 90, 'one line';
$ann->shot("$ENV{PHONE_SHOTS}/composer.png") if $ENV{PHONE_SHOTS};
$ann->fills('Message', "one\ntwo\nthree\nfour");
cmp_ok $ann->run($height), '>', 120, 'with four lines of text four';
$sees_end->('and the newest message is seen');
is join("\n", @{ $ann->wide }), '', 'it fits';
is join("\n", @{ $ann->axe }), '', 'it is accessible';
$ann->chooses('Picture', 'holiday.png', 'none');
$ann->sees('holiday.png');
$ann->presses('Send');
$ann->sees('holiday.png');
$ann->finds('[name=picture][aria-invalid=true]');
$ann->shot("$ENV{PHONE_SHOTS}/composer2.png") if $ENV{PHONE_SHOTS};
$ann->presses('Do not send this picture');
$ann->loses('holiday.png');
$ann->fills('Message', '');
cmp_ok $ann->run($height), '<', 130, 'and one again';

# who reads further up stays there; only what is new is put into the page

$ann->run(q{document.querySelector('.pane.detail').scrollTop = 300; window.added = 0;
    new MutationObserver((all) => all.forEach((one) => { window.added += one.addedNodes.length; }))
    .observe(document.querySelector('[role=log]'), { childList: true }); true});
$ann->listens;
$texts->(61);
$ann->sees('message 61');
is $ann->run('window.added'), 1, 'one message is one that a screen reader says';
is $ann->run(q{document.querySelector('.pane.detail').scrollTop}), 300, 'the page stays';
$ann->presses('A new message');
$sees_end->('a button leads there');

# the earlier ones, once, where one was

$ann->hold('GET /mail', 300);
$ann->run(q{document.querySelector('.pane.detail').scrollTop = 0; true});
$ann->run(q{(() => { const [earlier] = [...document.querySelectorAll('button')]
    .filter((button) => button.textContent === 'Earlier messages');
    window.first = document.querySelector('.bubble'); earlier.click(); earlier.click(); return true; })()});
$ann->sees('message 2 ');
$ann->sees('message 1 ');
is $ann->run(q{(() => { const all = [...document.querySelectorAll('.bubble-text')].map((one) => one.textContent);
    return all.length - new Set(all).size; })()}), 0, 'none is there twice';
cmp_ok $ann->run(q{document.querySelector('.pane.detail').scrollTop}), '>', 300, 'one stays where one was';

# earlier ones that do not come: it is said

$ann->reloads;
$ann->sees('message 61');
$ann->run(q{const was = window.fetch; window.fetch = (path, init) => (path.includes('before=')
    ? Promise.resolve(new Response('{"code":"INTERNAL","message":"Nothing works."}', { status: 500 }))
    : was(path, init)); window.mend = () => { window.fetch = was; }; true});
$ann->presses('Earlier messages');
$ann->sees('Nothing works.');
$ann->run('window.mend()');
$ann->presses('Try again');
$ann->sees('message 1 ');

# an answer is lost until the page gives up: sent again by hand it is one message

my $loses = q{(() => { const was = window.fetch; window.fetch = (path, init) => was(path, init).then((reply) => {
    if (init.method === 'POST') { throw new TypeError('lost'); } return reply; });
    const timer = setInterval(() => dispatchEvent(new Event('online')), 50);    // tries again at once
    window.mend = () => { window.fetch = was; clearInterval(timer); }; return true; })()};
$ann->run($loses);
$ann->fills('Message', 'only once');
$ann->presses('Send');
$ann->sees('The server did not answer.');
$ann->reloads;
$ann->finds('.bubble');
is $ann->value('Message'), 'only once', 'it is typed still, after a reload as well';
$ann->presses('Send');
$ann->step('it is sent', run => 'new Promise((done) => { const go = () => '
    . "document.querySelector('textarea').value ? setTimeout(go, 30) : done(true); go(); })");
$ann->sees('only once');
is $ann->run(q{[...document.querySelectorAll('.bubble-text')].filter((one) => one.textContent === 'only once').length}),
    1, 'it is there once';

# an error that is of no field: who has pressed the button with the keyboard is there still

$ann->answer('POST /mail', 409, { code => 'MAILBOX_FULL', message => 'The mailbox is full.' });
$ann->fills('Message', 'one more');
$ann->hits('Tab');
$ann->hits('Tab');
$ann->focuses('Send');
$ann->hits('Enter');
$ann->sees('The mailbox is full.');
$ann->focuses('Send');

# the newest was deleted elsewhere before it was marked: the ones before it are read

my $zoe = $p->payer('13800000007', 100);
$ann->opens('/app/bills');
$ann->listens;
$p->post('/mail', { to => ['13800000005'], text => "of Zoe $_" }, cookie => $zoe->{cookie}) for 1, 2;
$ann->sees('A new message');
$ann->run(q{(() => { const was = window.fetch; window.marks = 0; window.fetch = (path, init) =>
    (path.endsWith('/read') && !window.marks++ ? Promise.resolve(new Response('{"code":"MAIL_NOT_FOUND"}',
    { status: 404, headers: { 'content-type': 'application/json' } })) : was(path, init)); return true; })()});
$ann->presses('Messages');
$ann->finds('.line.fresh');
$ann->step('opens it', run => "document.querySelector('.line.fresh').click()");
$ann->sees('of Zoe 2');
my $unread = sub { $p->get('/me', cookie => $anne->{cookie})->{json}{unread} };
ok Phone::Env::true_within(30, sub { $unread->() == 1 }), 'the one before it is read';
$ann->reloads;
ok Phone::Env::true_within(30, sub { $unread->() == 0 }), 'and all, later';

# who is in the phonebook has a name, beside the number; also after it was changed, in another tab as well

my $evil = '<img src=x onerror=alert(1)>';
my $contact = $p->post('/mail/contacts', { name => "Zoe $evil", numbers => [{ number => '13800000007' }] },
                       cookie => $anne->{cookie})->{json}{contact_id};
$ann->opens('/app/mail');
$ann->sees("Zoe $evil");
like $ann->text, qr/\+86 138 0000 0007/, 'the number is there';
like $ann->text, qr/\+86 138 0000 0006/, 'and the one of somebody without a name';
is $ann->run(q{document.querySelectorAll('[onerror], [src=x]').length}), 0, 'no markup of a name';
$ann->finds('a.line[href*="0007"]');
$ann->step('opens it', run => q{document.querySelector('a.line[href*="0007"]').click()});
ok Phone::Env::true_within(30, sub { $ann->run(q{document.querySelector('.pane.detail h1')?.textContent || ''})
    eq "Zoe $evil +86 138 0000 0007" }), 'the head of the conversation has both';
$ann->reloads;
ok Phone::Env::true_within(30, sub { $ann->run(q{document.querySelector('.pane.detail h1')?.textContent || ''})
    eq "Zoe $evil +86 138 0000 0007" }), 'after a reload as well';
is join("\n", @{ $ann->wide }), '', 'it fits';
is join("\n", @{ $ann->axe }), '', 'it is accessible';
$ann->shot("$ENV{PHONE_SHOTS}/names.png") if $ENV{PHONE_SHOTS};
$ann->opens("/app/contacts/$contact");
$ann->fills('Name', 'Zoe Wang');
$ann->presses('Save');
$ann->sees('Saved');
$ann->presses('Messages');
$ann->sees('Zoe Wang');
$ann->finds('a.line[href*="0007"]');
$ann->step('opens it', run => q{document.querySelector('a.line[href*="0007"]').click()});
$ann->sees('of Zoe 2');
$p->request('PUT', "/mail/contacts/$contact", cookie => $anne->{cookie},
            body => { name => 'Zoe Li', numbers => [{ number => '13800000007' }] });
$ann->run(q{dispatchEvent(new StorageEvent('storage', { key: 'phone.contacts' })); true});
$ann->sees('Zoe Li');
ok Phone::Env::true_within(30, sub { $ann->run(q{document.querySelector('.pane.detail h1')?.textContent || ''})
    eq 'Zoe Li +86 138 0000 0007' }), 'the head too';

# each button says which message it is about

is $ann->run(q{(() => { const all = [...document.querySelectorAll('[aria-label=Delete]')].map((one) =>
    one.getAttribute('aria-labelledby').split(' ').map((id) => document.getElementById(id)).map((of) =>
    of.getAttribute('aria-label') || of.textContent).join(' ')); return all.length - new Set(all).size; })()}), 0,
    'none is called as another one';

# blocking fails in the middle of an answer: what one answers stays

$ann->step('replies', run => "document.querySelector('[aria-label=Reply]').click()");
$ann->answer('POST /mail/blocked', 409, { code => 'TOO_MANY', message => 'Too many are blocked.' });
$ann->presses('Block this number');
$ann->presses('Block this number');
$ann->sees('Too many are blocked.');
is $ann->count('.answering'), 1, 'the quote is there still';

$browser->done;
done_testing;
