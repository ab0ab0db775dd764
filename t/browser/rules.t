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


# when an SMS is sent: said in a sentence, chosen among a few; what the choice does not need is not seen

sub chooses { my ($name) = @_; $li->step("chooses $name", run => "document.querySelector('[value=$name]').click()") }
sub shows { my ($name) = @_; return $li->run("document.querySelector('[name=$name]').checkVisibility()") ? 1 : 0 }

$p->post('/mail/contacts', { name => "Han $evil", numbers => [{ number => '13800000002', label => 'mobile' }] },
         cookie => $payer->{cookie});
$li->logs_in('13800000001');
$li->presses('Me');
$li->presses('Texts about messages');
$li->sees('No text is sent now');
is join(' ', map { shows($_) } qw(senders from to count match gap timezone)), '0 0 0 0 0 0 0', 'never: nothing to fill in';
chooses('always');
$li->presses('Save');
$li->sees('You get a text when a new message comes.');
is triggers(), 'count=1 gap=10 match=any', 'saved';

chooses('people');
is join(' ', map { shows($_) } qw(senders from to count match)), '1 0 0 0 0', 'some people: their numbers';
$li->presses('Save');
$li->finds('[name=senders][aria-invalid=true]');
$li->sees('Fill in at least one number.');
$li->fills('Messages from these numbers', "13800000002, $evil");
$li->presses('Save');
$li->finds('[name=senders][aria-invalid=true]');
is $li->count('[src=x]'), 0, 'no markup of a text';
is triggers(), 'count=1 gap=10 match=any', 'nothing is saved of what is refused';
$li->fills('Messages from these numbers', '138 0000 0002, +8613900000003');
$li->finds(".known li:has-text('Han')");
$li->presses('Save');
$li->sees("You get a text when a message comes from Han $evil +86 138 0000 0002 or +86 139 0000 0003.");
is $li->count('[src=x]'), 0, 'no markup of a name';
is triggers(), 'gap=10 match=any senders=+8613800000002 +8613900000003', 'saved';
$li->reloads;
$li->sees("a message comes from Han $evil +86 138 0000 0002 or");
is $li->value('Messages from these numbers'), '+8613800000002, +8613900000003', 'shown again, with the name';

chooses('hours');
is join(' ', map { shows($_) } qw(senders from to count match)), '0 1 1 0 0', 'certain hours: from and to';
$li->presses('Save');
$li->finds('[name=from][aria-invalid=true]');
$li->fills('From', '22:00');
$li->presses('Save');
$li->finds('[name=to][aria-invalid=true]');
$li->fills('To', '07:30');
is shows('timezone'), 0, 'the rest is behind "More settings"';
$li->run(q{document.querySelector('[name=timezone]').value = 'Nowhere/Land'});
$li->presses('Save');
$li->finds('[name=timezone][aria-invalid=true]');
is shows('timezone'), 1, 'what is refused is seen';
$li->reloads;
$li->sees('a message comes from Han');
is $li->value('To'), '07:30', 'what was typed is still there';
is $li->run(q{document.querySelector('[name=when]:checked').value}), 'hours', 'and the choice';
$li->run(q{document.querySelector('.form details').open = true});
$li->fills('Time zone', 'Asia/Shanghai');
$li->fills('Minutes between two texts, at least', '30');
$li->presses('Save');
$li->sees('You get a text when a message comes between 22:00 and 07:30 (China Standard Time).');
$li->sees('At most one in 30 minutes.');
is triggers(), 'from=22:00 gap=30 match=any timezone=Asia/Shanghai to=07:30',
    'saved, without the numbers that are not seen';

chooses('own');
$li->run(q{['from', 'to'].forEach((name) => { document.querySelector(`[name=${name}]`).value = ''; })});
$li->presses('Save');
$li->finds('[name=count][aria-invalid=true]');
$li->sees('Fill in at least one condition.');
$li->fills('Messages from these numbers', '13800000002');
$li->fills('From', '08:00');
$li->fills('To', '22:00');
$li->fills('So many new messages are unread', '5');
$li->presses('Save');
$li->sees("from Han $evil +86 138 0000 0002, or a message comes between 08:00 and 22:00 (China Standard Time), "
          . 'or 5 new messages are unread.');
$li->step('all of them', run => q{document.querySelector('[name=match]').value = 'all'});
$li->presses('Save');
$li->sees('Between 08:00 and 22:00 (China Standard Time) you get a text when a message comes from '
          . "Han $evil +86 138 0000 0002 and 5 new messages are unread.");
is triggers(), 'count=5 from=08:00 gap=30 match=all senders=+8613800000002 timezone=Asia/Shanghai to=22:00', 'saved';
$li->reloads;
$li->sees('Between 08:00 and 22:00');
is $li->run(q{document.querySelector('[name=when]:checked').value}), 'own', 'shown again';

chooses('never');
$li->presses('Save');
$li->sees('No text is sent now');
unlike triggers(), qr/senders|from|count/, 'none';
$li->presses('Undo');
$li->sees('Between 08:00 and 22:00');
is triggers(), 'count=5 from=08:00 gap=30 match=all senders=+8613800000002 timezone=Asia/Shanghai to=22:00', 'brought back';


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
