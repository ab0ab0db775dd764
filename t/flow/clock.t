# The clocks of this host and of Redis: compared all the time, a warning first,
# and beyond the bound nothing is done until they are right.

use lib 't/lib';
use Phone::Product;
use Phone::FakeRedis;
use Phone::Merchant;
use Phone::Redis;

my $redis = Phone::Redis->new(appendfsync => 'always');
my $fake = Phone::FakeRedis->new(behavior => 'proxy', upstream => $redis->socket);
my $backend = Phone::Merchant->new('ok');
my $p = Phone::Product->new(redis => 0, stopped => 1, workers => 2, safe => 1,
    store => 'unix:' . $fake->socket, allow => qr/its clock and the clock of this host/,
    http => 'phone_clock_bound 4s; phone_pump interval=200ms;');
$p->{redis} = $redis;
$p->start;

my $shop = $p->shop('tea', notify_url => $backend->url);
my $payer = $p->payer('13800000001', 1000000);
my $serial = 0;

sub clock { $fake->behave('proxy', clock => $_[0]) }
sub me { $p->get('/me', cookie => $payer->{cookie})->{status} }
sub workers { @{ $p->get('/status')->{json}{workers} } }
sub metric { $p->get('/metrics')->{content} =~ /^$_[0] (\S+)/m ? $1 : undef }
sub bill { my $order = ++$serial;
    return $p->bill($shop, out_trade_no => $order, amount => 100,
                    payer_phone => $payer->{phone}, subject => 'tea') }


# Right

ok wait_for(sub { grep { defined $_->{clock_offset_ms} } workers() }), 'it is measured';
ok wait_for(sub { abs(metric('phone_clock_offset_seconds')) < 0.5 }), 'one machine, one clock'
    or diag metric('phone_clock_offset_seconds');


# Off, within the bound

for my $off (3, -3) {
    my $had = length $p->log;
    clock(-$off);

    # once a minute
    ok wait_for(sub { substr($p->log, $had) =~ /\[warn\].*the clock of this host is [23]\d{3} ms ahead of/ }),
        "$off s: a warning" if $off > 0;

    ok wait_for(sub { abs(metric('phone_clock_offset_seconds') - $off) < 0.5 }),
        'in the metrics, with its sign' or diag metric('phone_clock_offset_seconds');
    ok wait_for(sub { grep { abs($_->{clock_offset_ms} - 1000 * $off) < 500 } workers() }),
        'and in /status';
    is patient { bill() }->{status}, 200, 'calls are answered';
}


# Beyond it: on a running worker, and on one that starts

for my $off (6, -6, 7200, -7200) {
    clock($off);
    ok wait_for(sub { me() == 503 && !grep { $_->{store} eq 'ok' } workers() }),
        "$off s: 503, each worker knows";
    ok $p->wait_log(qr/\[crit\].*its clock and the clock of this host differ by more than 4000 ms.*NTP/),
        'the log says what to do';
    ok wait_for(sub { metric('phone_store_up') eq '0' }), 'phone_store_up is 0';

    $redis->command('SET', 'mark', 1);
    my $before = $redis->command('INFO', 'commandstats') =~ /cmdstat_evalsha:calls=(\d+)/ ? $1 : 0;
    me() for 1 .. 5;
    select undef, undef, undef, 1.5;
    my $after = $redis->command('INFO', 'commandstats') =~ /cmdstat_evalsha:calls=(\d+)/ ? $1 : 0;
    is $after, $before, 'nothing is written, no event is run';
    next if abs $off > 6;

    $p->reload(wait => 1);
    is me(), 503, 'a new worker does nothing either';
}

clock(0);
is patient { $p->get('/me', cookie => $payer->{cookie}) }->{status}, 200,
    'the clock is set right: it works, without a reload';


# A slow store is not a wrong clock

my $had = length $p->log;
$fake->behave('proxy', delay => 0.4);
select undef, undef, undef, 3;
is patient { $p->get('/me', cookie => $payer->{cookie}) }->{status}, 200, 'slow answers';
unlike substr($p->log, $had), qr/\[(?:crit|warn)\]/, 'are taken for what they are';
ok wait_for(sub { abs(metric('phone_clock_offset_seconds')) < 1 }), 'half of the way at most'
    or diag metric('phone_clock_offset_seconds');

$fake->behave('proxy');
$p->configure(http => 'phone_clock_bound 1s; phone_live_open 6s; phone_pump interval=200ms;');
$p->reload(wait => 1);
is patient { $p->get('/me', cookie => $payer->{cookie}) }->{status}, 200, 'a bound of a second';
$had = length $p->log;
$fake->behave('proxy', delay => 2.5);
select undef, undef, undef, 6;
unlike substr($p->log, $had), qr/the clock of this host was set/,
    'slower than twice the bound: the clock was not set';

$fake->behave('proxy');
$p->books_are_right;
done_testing;
