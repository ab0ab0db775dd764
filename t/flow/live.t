# PAY-2, MAIL-4: live events: what a client gets, resuming, limits, sessions
# that end, a store that goes away, reloads, clients that misbehave.

use utf8;
use lib 't/lib';
use Phone::Product;
use Phone::Env qw(slurp);
use Time::HiRes ();

# a heartbeat is a third of phone_live_open
my $http = 'phone_live_open 5s; phone_clock_bound 1s; phone_live_clients 40;'
         . 'phone_live_clients_of_number 8;';
my $p = Phone::Product->new(workers => 1, http => $http,
                            redis => { appendfsync => 'always' });
my $shop = $p->shop('tea', reply_sign => 0);
my $payer = $p->payer('13800000001', 100000000);
my $other = $p->payer('13800000002', 100000000);
my $serial = 0;

sub bill {
    my ($who, %more) = @_;
    return $p->bill($shop, out_trade_no => 'T' . ++$serial, amount => 100,
        payer_phone => ($who || $payer)->{phone}, subject => 'tea', %more)
        ->{json}{bill_id};
}

sub live {
    my ($who, %option) = @_;
    my $path = delete $option{path} || '/live';
    return $p->events($path, cookie => $who->{cookie}, %option);
}

sub resume { live($payer, headers => { 'Last-Event-ID' => $_[0] }) }

# Three clients of each worker: only one accepts at a time.

sub clients_of_both {
    my @clients;
    for my $stopped ($p->workers) {
        $p->freeze_worker($stopped);
        push @clients, map { live($payer) } 1 .. 3;
        kill 'CONT', $stopped;
    }
    return @clients;
}

# The ids of the bills that a client is told about: so many, and until it is
# quiet.

sub told {
    my ($live, $count) = @_;
    my @bills;
    while (my $event = $live->next(@bills < ($count || 0) ? 60 : 1)) {
        push @bills, $event->{json}{bill_id} || $event->{event};
    }
    return @bills;
}

# Seconds until the server ends the stream; undef: it does not.

sub ends {
    my ($live, $seconds) = @_;
    my $started = Time::HiRes::time();
    my $end = $started + ($seconds || 60);
    while ((my $left = $end - Time::HiRes::time()) > 0) {
        next unless IO::Select->new($live->{socket})->can_read($left);
        return Time::HiRes::time() - $started
            unless sysread $live->{socket}, $live->{raw}, 65536,
                           length $live->{raw};
    }
    return;
}

# What comes within that time, comments and all.

sub silence {
    my ($live, $seconds) = @_;
    my $end = Time::HiRes::time() + $seconds;
    while ((my $left = $end - Time::HiRes::time()) > 0) {
        $live->more($left);
    }
    $live->unchunk;
    return $live->{text};
}

sub calls {
    my ($command) = @_;
    return $p->redis->command('INFO', 'commandstats')
           =~ /^cmdstat_$command:calls=(\d+)/m ? $1 : 0;
}

sub metric {
    my ($name) = @_;
    my ($value) = $p->get('/metrics')->{content} =~ /^\Q$name\E (\S+)$/m;
    return $value;
}

sub key {
    my ($kind, $number) = @_;
    my ($key) = $p->redis->keys("phone:*:$kind:+86$number");
    return $key;
}

# Ms for which the number counts as having an open client.

sub listens {
    my ($number) = @_;
    my $until = $p->redis->command('HGET', key('account', $number), 'listens');
    return ($until || 0) - int(Time::HiRes::time() * 1000);
}


# Who may listen

is $p->get('/live')->{status}, 401, 'nobody without a session';
is $p->get('/live')->{json}{code}, 'LOGIN_REQUIRED', 'and that is said';
my $reply = $p->post('/live', {}, cookie => $payer->{cookie});
is $reply->{status}, 405, 'by GET only';
is $reply->{headers}{allow}, 'OPTIONS, GET', 'which is said';


# What a client gets

bill();
wait_for { $p->sms };
my $live = live($payer);
is $live->status, 200, 'a client';
like $live->head, qr{^Content-Type: text/event-stream\r?$}m, 'of events';
like $live->head, qr{^Cache-Control: no-store\r?$}m, 'that nobody keeps';
like $live->head, qr{^X-Accel-Buffering: no\r?$}m, 'nor holds back';

my $second = live($payer);
my $stranger = live($other);

# each begins with a look at what has come since it asked where it stands

my $reads;
wait_for { $reads = calls('xrange'); select undef, undef, undef, 0.5; calls('xrange') == $reads };
my $bill = bill();

my $event = $live->next;
is $event->{event}, 'bill.new', 'an event';
is $event->{json}{bill_id}, $bill, 'that came after the client, not before';
like $event->{id}, qr/^\d+-\d+$/, 'with an id';
unlike $event->{data}, qr/\n/, 'in one line';
is_deeply $second->next, $event, 'the same to another client';
is calls('xrange') - $reads, 1, 'with one read for both';
is_deeply [ told($stranger) ], [], 'and nothing to another number';

cmp_ok listens('13800000001'), '>', 1000, 'the number counts as open, for a while';

my $raw = live($payer);
my $started = Time::HiRes::time();
ok wait_for(sub { silence($raw, 0.2) =~ /(?:^:\n\n){2}/m }), 'heartbeats';
cmp_ok Time::HiRes::time() - $started, '>', 3, 'each after a third of phone_live_open';
like $raw->{text}, qr/^retry: 3000\nid: \d+-\d+\n\n(?::\n\n)+\z/, 'behind the place';
$_->close for $live, $second, $stranger, $raw;
ok wait_for(sub { metric('phone_live_clients') == 0 }), 'all are gone';
ok wait_for(sub { listens('13800000001') <= 0 }), 'nor is the number open';
is $p->redis->command('PUBSUB', 'CHANNELS') && @{ $p->redis->command('PUBSUB',
    'CHANNELS') }, 0, 'and the subscription';


# Coming back, while another client is open

my $keeper = live($payer);
$event = $keeper->next if bill();
my @missed = map { bill() } 1 .. 70;
$live = resume($event->{id});
is_deeply [ told($live, 70) ], \@missed, 'what was missed, in order, over pages';
$live->close;

$live = live($payer, path => "/live?last_event_id=$event->{id}");
is scalar(() = told($live, 70)), 70, 'by argument as well';
$live->close;

my $stream = key('live', '13800000001');
my $last = $p->redis->command('XREVRANGE', $stream, '+', '-', 'COUNT', 1)->[0][0];
$live = resume($last);
is_deeply [ told($live) ], [], 'nothing was missed';
$bill = bill();
is $live->next->{json}{bill_id}, $bill, 'and on it goes';
$live->close;

for my $bad ('x', '5', '-', '1-', '-1', '1-2-3', '1-2x', '99999999999999999999-0',
             '18446744073709551615-0')
{
    $live = resume($bad);
    is $live->next->{event}, 'reset', "\"$bad\" is no place: reset";
    $bill = bill();
    is $live->next->{json}{bill_id}, $bill, 'then what is new';
    $live->close;
}

my ($place) = map { $_->{id} } resume('x')->next;
$live = resume($place);
is_deeply [ told($live) ], [], 'the place of a reset is one to come back to';
$live->close;

bill() for 1 .. 40;
$live = resume($event->{id});
is $live->next->{event}, 'reset', 'too long ago: reset';
$live->close;
is metric('phone_live_resets_total'), 11, 'resets are counted';

my $first = $p->redis->command('XRANGE', $stream, '-', '+', 'COUNT', 1)->[0][0];
$live = resume($first);
cmp_ok scalar(() = told($live, 99)), '>=', 99, 'the oldest that is there is not too old';
$_->close for $live, $keeper;


# Coming back when nobody was open for longer than phone_live_open: what has
# happened meanwhile is not in the stream

for (1 .. 10) {                                  # a slow machine is away for longer
    $live = live($payer);
    bill();
    $event = $live->next;
    $live->close;
    my $left = Time::HiRes::time();
    select undef, undef, undef, 1;
    $bill = bill();
    $live = resume($event->{id});
    last if Time::HiRes::time() - $left < 4;
    $live->close;
}
is $live->next->{json}{bill_id}, $bill, 'away for a moment: nothing is missed';
$live->close;
ok wait_for(sub { listens('13800000001') <= 0 }), 'nobody is there';
my $texts = $p->sms;
bill();
wait_for { $p->sms > $texts };
my @both = map { resume($event->{id}) } 1 .. 2;
for my $live (@both) {
    is $live->next->{json}{bill_id}, $bill, 'away for too long: what was heard';
    is $live->next->{event}, 'reset', 'reset';
}
$bill = bill();
is $_->next->{json}{bill_id}, $bill, 'then what is new' for @both;
$_->close for @both;

my $new = $p->payer('13800000003', 1000);
$live = live($new);
my ($start) = silence($live, 0.5) =~ /^id: (\d+-\d+)\n\n/m;
ok $start, 'a number without events';
my @early = (bill($new), bill($new));
$live->close;
$live = live($new, headers => { 'Last-Event-ID' => $start });
is_deeply [ told($live, 2) ], \@early, 'from its place nothing is missed';
$live->close;
$live = live($new, headers => { 'Last-Event-ID' => '0-0' });
is_deeply [ told($live, 3) ], [ 'reset', @early ], 'before it nobody was there';
$live->close;

$p->redis->command('DEL', key('live', '13800000003'));
$live = live($new, headers => { 'Last-Event-ID' => '5-0' });
is $live->next->{event}, 'reset', 'the stream has gone: reset';
$live->close;


# A bill that nobody pays in time: who listens hears of it, and for who does not
# nothing is written

my $deaf = $p->payer('13800000004', 1000);
my @unpaid = map { bill($_, expires_in => 1) } $new, $deaf;
$live = live($new);
is $live->next->{event}, 'bill.closed', 'an open client hears that a bill has expired';
ok wait_for(sub {
    my $bills = $p->bills($deaf);
    $bills && $bills->[0]{status} eq 'EXPIRED';
}), 'so has that of a number without a client';
is key('live', '13800000004'), undef, 'which has no stream';
cmp_ok $p->redis->command('PTTL', key('live', '13800000003')), '>', 3600000,
    'one that was heard goes some time after';
$live->close;


# Things that are not ours in the stream

$live = live($payer);
$p->redis->command('XADD', $stream, '*', 'x', 'y');
$p->redis->command('XADD', $stream, '*', 'e', "bad\nname", 'd', "{}\r\n\r\nid: 0");
$p->redis->command('PUBLISH', $stream, '');
$event = $live->next;
is $event->{event}, 'bad name', 'a line break ends no line';
is $event->{data}, '{}    id: 0', 'nor begins a field';
$live->close;


# Sessions

$live = live($payer);
my $gone = { %$payer };
$p->login($payer);
$second = live($payer);
is $p->post('/logout', {}, cookie => $gone->{cookie})->{status}, 200, 'a logout';
ok wait_for(sub { $live->more(0.5); $live->{raw} =~ /\r\n0\r\n\r\n\z/ }),
    'its stream ends';
is $live->next(1)->{event}, 'logout', 'and its client is told why';
is $second->next(1.5), undef, 'the other session goes on';
ok !defined ends($second, 0.1), 'still';
$second->close;


# Limits

my @clients = map { live($payer) } 1 .. 8;
is scalar(grep { $_->status == 200 } @clients), 8, 'eight clients of a number';
is live($payer)->status, 429, 'a ninth is refused';
is live($other)->status, 200, 'one of another number is not';
(pop @clients)->close;
ok wait_for(sub { my $l = live($payer); $l->status == 200 && push @clients, $l }),
    'when one leaves there is room';
$_->close for @clients;

my @many = map { $p->payer("1390000000$_", 100) } 1 .. 6;
wait_for { metric('phone_live_clients') == 0 };
@clients = map { my $n = $_; map { live($many[$n]) } 1 .. 8 } 0 .. 4;
is scalar(grep { $_->status == 200 } @clients), 40, 'forty clients of a worker';
$reply = $p->get('/live', cookie => $many[5]{cookie});
is $reply->{status}, 503, 'one more is refused';
is $reply->{headers}{'retry-after'}, 1, 'and may try again';
is metric('phone_live_clients'), 40, 'all are counted';
$_->close for @clients;
ok wait_for(sub { metric('phone_live_clients') == 0 }), 'and none is left';


# The store goes away

$p->{allow} = qr/redis/;
$live = live($payer);
$bill = bill();
$event = $live->next;
$p->redis->kill;
is live($payer)->status, 503, 'nobody can come';
ok !defined ends($live, 5), 'who is there stays';
$p->redis->start;
ok wait_for(sub { bill() }), 'it comes back';
is $live->next->{event}, 'reset', 'away for longer than it counts as open: reset';
$bill = bill();
ok wait_for(sub { my $e = $live->next(1);
                  $e && ($e->{json}{bill_id} || '') eq $bill }),
    'and events go on';
$live->close;


# The subscriber alone loses its connection: nothing is missed

$live = live($payer);
for my $round (1 .. 3) {
    $p->redis->command('CLIENT', 'KILL', 'TYPE', 'pubsub');
    $bill = bill();
    ok wait_for(sub { my $e = $live->next(0.5); $e && $e->{json}{bill_id} eq $bill },
                8), "subscription lost, round $round";
}
$live->close;


# Workers

$p->configure(workers => 2, http => $http =~ s/live_open 5s/live_open 10m/r);
$p->reload(wait => 1);
@clients = map { live($payer) } 1 .. 4;

for my $round (1 .. 3) {
    my @old = $p->workers;
    $p->reload;
    is scalar(grep { defined ends($_) } @clients), 4, "reload $round: streams end";
    ok wait_for(sub { !grep { kill 0, $_ } @old }), 'and with them the workers';

    $bill = bill();
    @clients = map { resume($event->{id}) } 1 .. 4;
    my @seen = map { my $c = $_; my $b; while (my $e = $c->next($b ? 1 : 60)) {
                     $b = $e->{json}{bill_id}; $event = $e if $c == $clients[-1] } $b }
               @clients;
    is_deeply \@seen, [($bill) x 4], 'who comes back misses nothing';
}

$_->close for @clients;
my ($victim) = $p->workers;
@clients = clients_of_both();
$p->kill_worker('KILL', $victim);
my @left = grep { !defined ends($_, 0.2) } @clients;
is scalar @left, 3, 'a worker is killed with its clients';
$bill = bill();

is scalar(grep { $_->next->{json}{bill_id} eq $bill } @left), scalar @left, 'those of the other one go on';
ok wait_for(sub { metric('phone_live_clients') == @left }), 'and are counted';

$p->stop;                                        # QUIT does not wait for clients
is scalar(grep { defined ends($_) } @left), scalar @left, 'they are ended';

$p->start;
@clients = map { live($payer) } 1 .. 3;
$p->stop('TERM');
$p->start;


# Clients that come and go

sub memory {
    my $sum = 0;
    for my $pid ($p->workers) {
        slurp("/proc/$pid/status") =~ /^VmRSS:\s+(\d+)/m and $sum += $1;
    }
    return $sum;
}

sub come_and_go {
    my ($count) = @_;
    for my $n (1 .. $count) {
        my $socket = $p->connect;
        syswrite $socket, "GET /live HTTP/1.1\r\nHost: x\r\n"
            . "Cookie: $payer->{cookie}\r\n\r\n";
        sysread $socket, my $answer, 65536 if $n % 3;
        close $socket;
    }
}

come_and_go(500);
ok wait_for(sub { metric('phone_live_clients') == 0 }), 'none is left';
my $before = memory();
come_and_go($ENV{LIVE_CLIENTS} || 2000);
ok wait_for(sub { metric('phone_live_clients') == 0 }), 'none is left again';
my $grown = memory() - $before;
cmp_ok $grown, '<', Phone::Env::build() eq 'asan' ? 256000 : 2000,
    "memory stays ($grown KiB)";

done_testing;
