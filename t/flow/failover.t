# A server that has lost what it confirmed: a replica takes over that was not
# sent all of it, or an older file is read.  Nobody can bring it back, but it
# is found, told and counted; and what has lost nothing is not accused of it.

use lib 't/lib';
use Phone::Product;
use Phone::FakeRedis;
use Phone::Redis;
use File::Copy ();
use Time::HiRes ();

my $master = Phone::Redis->new(appendfsync => 'always');
my $replica = Phone::Redis->new(appendfsync => 'always', store => 0,
                                args => ['--replica-serve-stale-data', 'yes']);
my $fake = Phone::FakeRedis->new(behavior => 'proxy', upstream => $master->socket);
my $p = Phone::Product->new(redis => 0, stopped => 1, workers => 2, safe => 1,
    http => 'phone_live_open 6s; phone_clock_bound 1s;',
    store => 'unix:' . $fake->socket, allow => qr/redis\ (?:has|may\ have)\ lost\ writes
                                       |epoch\ of\ the\ store\ could\ not/x);
$p->{redis} = $master;
$p->start;

my $shop = $p->shop('tea');
my $payer = $p->payer('13800000001', 1000000);
my $card = $payer->{cards}[0];
my $serial = 0;

sub bill { my $order = ++$serial;
    return patient { $p->bill($shop, out_trade_no => $order, amount => 100,
                              payer_phone => $payer->{phone}, subject => 'tea') } }
sub paid { my $bill = bill()->{json}{bill_id};
    my $reply = patient { $p->pay($payer, $bill, $card) };
    return $reply->{status} }
sub figure { $p->get('/metrics')->{content} =~ /^$_[0] (\d+)/m ? $1 : undef }
sub epoch { $_[0]->hash('phone:store')->{epoch} }

sub switch_to {
    my ($redis) = @_;
    $fake->stop;
    $fake->{upstream} = $redis->socket;
    $fake->behave('proxy');
    $fake->start;
    $p->{redis} = $redis;
}

# "redis-cli replicaof" wants TCP: the dump of one is the data of the other

sub copy {
    my ($from, $to) = @_;
    my @keys = $from->keys;
    $to->command('FLUSHALL');
    for my $key (@keys) {
        my $ttl = $from->command('PTTL', $key);
        $to->command('RESTORE', $key, $ttl > 0 ? $ttl : 0, $from->command('DUMP', $key));
    }
}


# Nothing is lost

is paid(), 200, 'a bill is paid' for 1 .. 3;
ok wait_for(sub { grep { /^phone:witness:/ } $master->keys }), 'there is a witness';
is bill()->{json}{store_epoch}, 1, 'signed replies tell the epoch';

for my $round (1 .. 3) {
    paid();
    $master->kill;
    $master->start;
    is paid(), 200, "killed and restarted, round $round: paid";
}

$fake->stop;
$fake->start;
is paid(), 200, 'the connection was cut';
select undef, undef, undef, 2.5;
is figure('phone_store_writes_lost_total'), 0, 'an append-only file has lost nothing';
is epoch($master), 1, 'the epoch stays';
unlike $p->log, qr/lost writes/, 'nothing is said';


# A witness that arrives late, when the next one is confirmed: from a connection
# that hung

my %written;
ok wait_for(sub {
    paid();
    Time::HiRes::sleep(0.3);
    %written = ();
    push @{ $written{$_->[0]} }, $_->[1]
        for map { /^(?:SET|EVAL).*?(phone:witness:\w+)/ ? [$1, $_] : () } $fake->commands;
    grep { @$_ > 1 } values %written }), 'a worker has written two witnesses';
$master->command(split / /, $_->[-2]) for grep { @$_ > 1 } values %written;
select undef, undef, undef, 2.5;
is figure('phone_store_writes_lost_total'), 0, 'the one before arrives last: nothing is lost';
is epoch($master), 1, 'the epoch stays';
cmp_ok $master->command('TTL', $_), '>', 604000, 'a witness ends in a week' for keys %written;


# A replica that has all of it takes over while nobody writes

select undef, undef, undef, 1;
copy($master, $replica);
switch_to($replica);
is paid(), 200, 'another server that has it all';
select undef, undef, undef, 2.5;
is figure('phone_store_writes_lost_total'), 0, 'nothing was lost';
is epoch($replica), 1, 'the epoch stays';


# One that lacks the last payments

copy($replica, $master);
my $before = $p->get('/pay/cards', cookie => $payer->{cookie})->{json}{cards}[0]{balance};
my $page = $p->events('/live', cookie => $payer->{cookie});
is paid(), 200, 'paid, and confirmed' for 1 .. 5;
select undef, undef, undef, 0.5;
my $shown = 0;
while ($shown < 5 and my $event = $page->next) { $shown += $event->{event} eq 'bill.paid' }
is $shown, 5, 'which an open page shows';
switch_to($master);

my $reply = patient { $p->get('/pay/cards', cookie => $payer->{cookie}) };
is $reply->{json}{cards}[0]{balance}, $before, 'five payments are gone';
ok wait_for(sub { figure('phone_store_writes_lost_total') }), 'it is counted';
ok $p->wait_log(qr/\[crit\].*redis has lost writes that it had confirmed: run/), 'and told';
ok wait_for(sub { epoch($master) == 2 }), 'the epoch goes up';
ok wait_for(sub { (figure('phone_store_epoch') || 0) == 2 }), 'in the metrics';
is $p->get('/status')->{json}{store_epoch}, 2, 'in /status';
ok wait_for(sub { (bill()->{json}{store_epoch} || 0) == 2 }), 'and merchants are told';
is +($page->next || {})->{event}, 'reset', 'the page asks for its lists again';
select undef, undef, undef, 5;
is epoch($master), 2, 'once: by the first that finds it, however many do';
is paid(), 200, 'it works';
$p->books_are_right('what is there fits together');


# Lost again, the epoch with it

copy($master, $replica);
$replica->command('HSET', 'phone:store', 'epoch', 1);
is paid(), 200, 'paid';
select undef, undef, undef, 0.5;
switch_to($replica);
ok wait_for(sub { epoch($replica) == 3 }), 'the epoch never goes back'
    or diag epoch($replica);
$reply = patient { $p->get('/me', cookie => $payer->{cookie}) };
is $reply->{status}, 200, 'and goes on';



# The new server refuses writes for a while, those that tell it too

copy($replica, $master);
is paid(), 200, 'paid';
select undef, undef, undef, 0.5;
$master->command('CONFIG', 'SET', 'min-replicas-to-write', 1);
switch_to($master);
ok $p->wait_log(qr/\[error\].*the epoch of the store could not be raised to 4/),
    'the epoch cannot be raised';
is epoch($master), 3, 'at first';
$master->command('CONFIG', 'SET', 'min-replicas-to-write', 0);
ok wait_for(sub { epoch($master) == 4 }), 'it is as soon as writes are possible';
select undef, undef, undef, 3;
is epoch($master), 4, 'once';
is bill()->{json}{store_epoch}, 4, 'merchants are told';


# Another host has found the loss before: by then it took part in the new server

sub now_ms { int 1000 * Time::HiRes::time() }

copy($master, $replica);
is paid(), 200, 'paid';
select undef, undef, undef, 0.5;
$fake->stop;
$replica->command('HSET', 'phone:store', 'epoch', 5, 'epoch_at', now_ms());
my $lost = figure('phone_store_writes_lost_total');
$fake->{upstream} = $replica->socket;
$fake->behave('proxy');
$fake->start;
$p->{redis} = $replica;
ok wait_for(sub { (figure('phone_store_writes_lost_total') || 0) > $lost }),
    'this host has lost writes as well: it counts them';
select undef, undef, undef, 3;
is epoch($replica), 5, 'that epoch began after them: it stands for them';

copy($replica, $master);
$master->command('HSET', 'phone:store', 'epoch', 6, 'epoch_at', now_ms());
$lost = figure('phone_store_writes_lost_total');
is paid(), 200, 'paid on the old server, when another host has moved and raised the epoch';
select undef, undef, undef, 0.5;
switch_to($master);
ok wait_for(sub { (figure('phone_store_writes_lost_total') || 0) > $lost }),
    'it is counted when this one moves';
ok $p->wait_log(qr/redis has lost writes that it had confirmed: .* epoch is now 7/), 'and told';
ok wait_for(sub { epoch($master) == 7 }), 'that epoch does not stand for it: there is another';
select undef, undef, undef, 3;
is epoch($master), 7, 'once';

done_testing;
