# Texts about messages and blocked numbers, in the app.

use utf8;
use lib 't/lib';
use Phone::Product;
use Phone::Browser;

my $p = Phone::Product->new;
my $payer = $p->payer('13800000001', 100);
my $other = $p->payer('13800000002', 100);

my $browser = Phone::Browser->new($p);
my $li = $browser->person('li');
my $evil = q{"><img src=x onerror=alert(1)>};

sub triggers {
    my $reply = $p->get('/mail/triggers', cookie => $payer->{cookie})->{json};
    return join ' ', map { my $value = $reply->{$_}; ref $value ? "$_=@$value" : "$_=$value" }
        grep { $_ ne 'code' } sort keys %$reply;
}
sub blocked { return join ' ', map { $_->{phone} } @{ $p->get('/mail/blocked', cookie => $payer->{cookie})->{json}{blocked} } }


# when an SMS is sent

$li->logs_in('13800000001');
$li->presses('Me');
$li->presses('Texts about messages');
$li->sees('No text is sent now');
$li->fills('From these numbers', $evil);
$li->presses('Save');
$li->finds('[name=senders][aria-invalid=true]');
is $li->count('[src=x]'), 0, 'no markup of a text';
$li->fills('From these numbers', '13800000002, +8613900000003');
$li->fills('A message comes from this time on', '22:00');
$li->presses('Save');
$li->finds('[name=to][aria-invalid=true], .problem');
$li->fills('And before this time', '07:30');
$li->fills('Time zone', 'Nowhere/Land');
$li->presses('Save');
$li->finds('[name=timezone][aria-invalid=true]');
$li->reloads;
$li->sees('No text is sent now');
is $li->value('And before this time'), '07:30', 'what was typed is still there';
$li->fills('Time zone', 'Asia/Shanghai');
$li->fills('So many new messages are unread', '5');
$li->step('all of them', run => q{document.querySelector('[name=match]').value = 'all'});
$li->presses('Save');
$li->sees('You are told by SMS');
is triggers(), 'count=5 from=22:00 gap=10 match=all senders=+8613800000002 +8613900000003 timezone=Asia/Shanghai to=07:30',
    'saved';
$li->reloads;
$li->sees('You are told by SMS');
is $li->value('From these numbers'), '+8613800000002, +8613900000003', 'shown again';
is $li->value('A message comes from this time on'), '22:00', 'all of it';

$li->presses('Send no texts');
$li->sees('All conditions are removed.');
$li->presses('Cancel');
like triggers(), qr/count=5/, 'not yet';
$li->presses('Send no texts');
$li->presses('Send no texts');
$li->sees('No text is sent now');
unlike triggers(), qr/senders|from|count/, 'none';


# whose messages do not come

$li->opens('/app/me/blocked');
$li->sees('No number is blocked');
$li->fills('Number to block', $evil);
$li->presses('Block this number');
$li->finds('[name=phone][aria-invalid=true]');
$li->fills('Number to block', '13800000001');
$li->presses('Block this number');
$li->finds('[name=phone][aria-invalid=true], .problem');
$li->fills('Number to block', '138 0000 0002');
$li->presses('Block this number');
$li->sees('+86 138 0000 0002');
is blocked(), '+8613800000002', 'blocked';
$p->post('/mail', { to => ['13800000001'], text => 'unwanted' }, cookie => $other->{cookie});
$li->opens('/app/mail');
$li->sees('No messages yet');
$li->opens('/app/me/blocked');
$li->presses('Unblock +86 138 0000 0002');
$li->sees('No number is blocked');
is blocked(), '', 'no longer';
$li->presses('Undo');
$li->sees('Blocked since');
is blocked(), '+8613800000002', 'brought back';


# in a conversation: asked once, said there, taken back there

$li->opens('/app/mail/with/%2B8613800000002');
$li->sees('You have blocked this number');
$li->presses('Unblock');
$li->finds('[aria-label="Block this number"]');
is blocked(), '', 'not any more';
$p->post('/mail', { to => ['13800000001'], text => 'wanted' }, cookie => $other->{cookie});
$li->sees('wanted');
$li->presses('Block this number');
$li->sees('Block +86 138 0000 0002?');
$li->shot("$ENV{PHONE_SHOTS}/block.png") if $ENV{PHONE_SHOTS};
$li->presses('Cancel');
is blocked(), '', 'turned back: it is not blocked';
$li->presses('Block this number');
$li->finds('dialog');
$li->run(q{document.querySelector('dialog .danger, dialog .primary').click()});
$li->sees('You have blocked this number: its messages do not come.');
$li->shot("$ENV{PHONE_SHOTS}/blocked.png") if $ENV{PHONE_SHOTS};
is blocked(), '+8613800000002', 'blocked';
$p->post('/mail', { to => ['13800000001'], text => 'unheard' }, cookie => $other->{cookie});
$li->reloads;
$li->sees('You have blocked this number');
$li->sees('wanted');
is $li->run(q{document.querySelector('.talk').textContent.includes('unheard')}), 0, 'what came since did not come';
$li->opens('/app/mail/with/%2B8613800000001');
$li->finds('.writing');
is $li->count('[aria-label="Block this number"]'), 0, 'nobody blocks himself';

$browser->done;
done_testing;
