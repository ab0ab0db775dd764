# What stays and what goes: typed text outlives a reload and a restart of the server; what
# happens elsewhere is told in a line that goes by itself; a page that the browser has kept
# is not shown again as it was.

use utf8;
use lib 't/lib';
use Phone::Product;
use Phone::Browser;

my $p = Phone::Product->new;
my $shop = $p->shop('tea');
my $payer = $p->payer('13800000001', 100000);
my $other = $p->payer('13800000002', 100000);
$p->login($other);

my $browser = Phone::Browser->new($p);
my $li = $browser->person('li');
my $evil = q{<img src=x onerror=alert(1)>};


# typed text, of each form by itself

$li->logs_in('13800000001');
$li->opens('/app/mail/with/%2B8613800000002');
$li->fills('Message', "half a sentence $evil");
$li->opens('/app/mail/with/%2B8613900000003');
$li->sees('No messages yet');
is $li->value('Message'), '', 'the text to one number is not that to another';
$li->opens('/app/me/blocked');
$li->fills('Number to block', '1390000');
$li->opens('/app/contacts/new');
$li->fills('Name', $evil);
$li->fills('Note (if you like)', 'half a note');

$p->stop;
$p->start;
$li->reloads;
$li->sees('New contact');
is $li->value('Name') . $li->value('Note (if you like)'), "${evil}half a note", 'after a restart of the server';
$li->opens('/app/me/blocked');
is $li->value('Number to block'), '1390000', 'in another form';
$li->opens('/app/mail/with/%2B8613800000002');
is $li->value('Message'), "half a sentence $evil", 'and in the message';
is $li->count('[src=x]'), 0, 'as text';

# sent, it is gone; what cannot be sent stays

$li->offline(1);
$li->presses('Send');
$li->sees('You are offline.');
$li->offline(0);
$li->finds('.bubble.mine');
$li->reloads;
$li->finds('.bubble.mine');
is $li->value('Message'), '', 'it was sent once, and is no draft';
is scalar @{ $p->get('/mail', cookie => $other->{cookie})->{json}{mail} }, 1, 'and came once';

# secrets are no drafts

$li->opens('/app/me/password');
$li->fills('New password', 'a-secret-valley');
$li->opens('/app/cards/new');
$li->fills('Card number', '6222020000000000000');
$li->reloads;
$li->sees('Add a card');
is $li->value('Card number'), '', 'a card number is not kept';
unlike $li->run('JSON.stringify([{ ...sessionStorage }, { ...localStorage }])'), qr/a-secret|62220200/, 'nor a password';


# a line at the bottom: in the middle of a form no sheet comes, but a line that leads to it

$li->opens('/app/contacts/new');
$li->fills('Name', 'Han');
$li->listens;
$p->bill($shop, out_trade_no => 'T1', amount => 1280, payer_phone => '13800000001', subject => $evil);
$li->sees('Shop tea asks you to pay ¥12.80');
is $li->count('dialog'), 0, 'no sheet over what is typed';
is $li->focus, 'Name', 'the focus stays';
is $li->run(q{document.querySelector('.toast').closest('[role=status]').getAttribute('aria-live')}), 'polite',
    'a screen reader says it';
is join("\n", @{ $li->axe }), '', 'it is accessible';
for my $width (390, 1280) {
    $li->size($width, 844);
    is join("\n", @{ $li->wide }), '', "it fits into $width px";
}
$li->size(390, 844);
$p->post('/mail', { to => ['13800000001'], text => 'tea?' }, cookie => $other->{cookie});
$li->sees('A new message');
is $li->count('.toast'), 1, 'one line at a time';
is $li->value('Name'), 'Han', 'the form goes on';
$li->presses('Show');
$li->is_at('/app/mail/with/');
$li->sees('tea?');
is $li->count('.toast'), 0, 'the line is gone';

# over a sheet as well, where it can be pressed

$li->opens('/app/bills');
$li->sees('¥12.80');
is $li->count('.pane.list [aria-live]'), 0, 'a new bill does not have the list read out again';
$li->listens;
$p->bill($shop, out_trade_no => 'T2', amount => 200, payer_phone => '13800000001', subject => 'cake');
$li->sees('Shop tea asks you to pay');
$li->finds('dialog[open]');
$p->bill($shop, out_trade_no => 'T3', amount => 300, payer_phone => '13800000001', subject => 'more cake');
$li->sees('Shop tea asks you to pay ¥3.00');
$li->presses('Show');
$li->presses('Pay ¥3.00');
$li->presses('Close');
$li->loses('Pay ¥3.00');

# a clock that is ahead: the server knows whether a bill has expired

$p->bill($shop, out_trade_no => 'T4', amount => 12345678900, payer_phone => '13800000001', subject => 'tea', expires_in => 3600);
$li->sees('Shop tea asks you to pay');
$li->sees('¥123,456,789.00');
cmp_ok $li->run(q{document.querySelector('dialog .huge').getBoundingClientRect().height}), '<', 60,
    'a number does not break';
is join("\n", @{ $li->wide }), '', 'and fits';
$li->presses('Close');
$li->clock(time + 3 * 86400);
$li->run(q{window.DateWas = Date; window.Date = class extends Date {
    constructor(...args) { super(...args.length ? args : [DateWas.now()]); } }; true});
$li->presses('Messages');
$li->presses('Bills');
$li->step('opens it', run => "[...document.querySelectorAll('.bill-line')].find((one) => "
    . "one.textContent.includes('¥123,456,789.00')).click()");
$li->sees('Pay ¥123,456,789.00');
$li->run('window.Date = DateWas; true');
$li->clock(undef);

# it goes by itself, and with the person

$li->opens('/app/bills');
$li->finds('.bill-line');
$li->listens;
$p->post('/mail', { to => ['13800000001'], text => 'well?' }, cookie => $other->{cookie});
$li->sees('A new message');
$li->loses('A new message');
$p->post('/mail', { to => ['13800000001'], text => 'come!' }, cookie => $other->{cookie});
$li->sees('A new message');
$p->delete('/sessions/others', cookie => $payer->{cookie});
$li->is_at('/app/login');
is $li->count('.toast'), 0, 'the next person does not see it';


# what the browser has kept of a page is of the person before

$li->logs_in('13800000001', at => '/app/login');
$li->sees('Shop tea');
$li->step('goes and comes back', run => q{window.before = true; window.dispatchEvent(
    new PageTransitionEvent('pageshow', { persisted: false })); true});
is $li->run('window.before'), 1, 'a page that was not kept goes on';
$li->cookies;
$li->step('comes back to a page that was kept', run => q{window.dispatchEvent(
    new PageTransitionEvent('pageshow', { persisted: true })); true});
$li->is_at('/app/login');
is $li->run('window.before'), undef, 'it was loaded again';
unlike $li->text, qr/Shop tea/, 'nothing of the person before is seen';

# a place of a page that is loaded again keeps what it has; an error is above it, and however
# often one tries, it is asked again once every five seconds

sub filled {
    my ($then) = @_;
    return $li->run(qq{import('/app/elements/problem.js').then(async ({ loading }) => {
        const place = document.createElement('div');
        const sleep = (ms) => new Promise((done) => { setTimeout(done, ms); });
        const away = () => Promise.reject({ text: 'away', code: 'BUSY', isAway: true, reply: {} });
        let calls = 0;
        const fill = () => place.replaceChildren(...[...'abc'].slice(0, calls + 1).map((name) =>
            Object.assign(document.createElement('button'), { textContent: name })));
        document.body.append(place);
        fill();
        $then
        place.remove();
        return said;
    })});
}

is filled(q{
    loading(place, () => sleep(600).then(() => calls++), fill);
    await sleep(450);
    const said = place.textContent;
}), 'a', 'no skeleton over it';
like filled(q{
    await loading(place, away, fill);
    const said = place.textContent;
}), qr/^.*busy.*Try againa$/, 'no error in its place';
is filled(q{
    place.firstChild.focus();
    place.firstChild.disabled = true;
    await loading(place, away, fill);
    const said = place.firstChild.textContent + document.activeElement.textContent;
}), 'aTry again', 'but below the button that was pressed';
is filled(q{
    const call = () => { calls++; return away(); };
    await loading(place, call, fill);
    for (let i = 0; i < 3; i++) {
        place.querySelector('.problem button').click();
        await sleep(50);
    }
    calls = 0;
    await sleep(5500);
    const said = calls;
}), 1, 'one call, not one for each try';
is filled(q{
    place.firstChild.focus();
    const loaded = loading(place, () => sleep(50).then(() => { calls += 2; }), fill);
    place.firstChild.disabled = true;
    await loaded;
    const said = document.activeElement.textContent;
}), 'a', 'the focus stays in its place';


$browser->done;
done_testing;
