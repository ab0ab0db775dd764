# PAY-2: the end of a session is the end of its streams, at once; and what is
# written to a stream while heartbeats, events and its end come together.

use lib 't/lib';
use Phone::Product;

my $p = Phone::Product->new(workers => 1, http => 'phone_live_open 1h;',
    location => 'location = /slow { phone_live; limit_rate 3000; }');
my $payer = $p->payer('13800000001', 1000);
my $other = $p->payer('13800000002', 1000);

sub metric {
    my ($name) = @_;
    my ($value) = $p->get('/metrics')->{content} =~ /^\Q$name\E (\S+)$/m;
    return $value;
}

sub open_stream {
    my ($who, $path) = @_;
    my $live = $p->events($path || '/live', cookie => $who->{cookie}, headers => { Connection => 'close' });
    is $live->status, 200, 'a stream';
    ok wait_for(sub { $live->more(0.2); $live->unchunk; $live->{text} =~ /retry:/ }), 'begins';
    return $live;
}

# a heartbeat is due after 20 minutes

sub ends_at_once {
    my ($live, $what) = @_;
    my $event = $live->next;
    is $event && $event->{event}, 'logout', "$what: logout, at once";
    ok wait_for(sub { defined(my $n = $live->more(0.2)) or return;
                      $live->unchunk; $live->{raw} =~ /^0\r\n\r\n/ || $n == 0 }), 'it ends in good order';
}

my $bystander = open_stream($other);
my $again = { %$payer };
$p->login($again);

my $live = open_stream($payer);
my $stays = open_stream($again);
is $p->post('/logout', {}, cookie => $payer->{cookie})->{status}, 200, 'logout';
ends_at_once($live, 'logout');

$p->login($payer);
$live = open_stream($payer);
is $p->delete('/sessions/others', cookie => $again->{cookie})->{status}, 200, 'the others';
ends_at_once($live, 'revoked');

$p->login($payer);
$live = open_stream($payer);
is $p->post('/password', { password => 'another-tea', old_password => 'tea-and-cake' },
            cookie => $again->{cookie})->{status}, 200, 'a new password';
ends_at_once($live, 'a password is chosen');

$p->login($payer, 'another-tea');
$live = open_stream($payer);
is metric('phone_live_clients'), 3, 'three are open';
is $stays->next(0.3), undef, 'the session that did it goes on';
$p->operator('accounts', phone => $payer->{phone}, password => 'by-the-operator');
ends_at_once($live, 'the operator sets a password');
ends_at_once($stays, 'all sessions');

# there are eight sessions at most: one more login ends the one that was not used for longest

$p->login($payer, 'by-the-operator');
$live = open_stream($payer);
select undef, undef, undef, 0.01;
my @more = map { my $who = { %$payer }; $p->login($who, 'by-the-operator'); $who } 1 .. 7;
is $live->next(0.3), undef, 'eight sessions are open';
$p->login({ %$payer }, 'by-the-operator');
ends_at_once($live, 'the ninth login');
is $p->get('/me', cookie => $_->{cookie})->{status}, 200, 'another session stays' for $more[0], $more[6];

is $bystander->next(0.3), undef, 'another number hears nothing of it';
is metric('phone_live_clients'), 1, 'and stays';
is $p->delete('/sessions/7', cookie => $other->{cookie})->{status}, 200, 'a slot that is empty';
is $bystander->next(0.3), undef, 'ends nothing';

done_testing;
