# The figures: of all workers, over reloads and kills, in both forms, with a
# store that comes and goes.

use lib 't/lib';
use Phone::Product;
use Phone::Env qw(slurp);
use Phone::Merchant;
use Phone::Redis;

my $backend = Phone::Merchant->new('500', 'ok');
my $http = 'phone_pump interval=200ms; phone_notice_schedule 1s;';
my $p = Phone::Product->new(workers => 2, http => $http, allow => qr/redis/,
                            redis => { appendfsync => 'always' },
                            location => 'location = /slow { limit_rate 1k; }');
my $shop = $p->shop('tea', notify_url => $backend->url);
my $payer = $p->payer('13800000001', 100000);
my $serial = 0;

sub status { $p->get('/status')->{json} }

sub metrics {
    my %value;
    for (split /\n/, $p->get('/metrics')->{content}) {
        $value{$1} = $2 if /^([^#]\S*(?:\{.*\})?) (\S+)$/;
    }
    return \%value;
}

# A bill that is paid before its text went is not texted: waits for so many.

sub pay {
    my ($texts) = @_;
    my $bill = $p->bill($shop, out_trade_no => ++$serial, amount => 100,
        payer_phone => $payer->{phone}, subject => 'tea')->{json}{bill_id};
    wait_for(sub { $p->sms >= $texts }) if $texts;
    return $p->pay($payer, $bill, $payer->{cards}[0]);
}


# Form

my $reply = $p->get('/metrics');
is $reply->{status}, 200, 'metrics';
is $reply->{headers}{'content-type'}, 'text/plain; version=0.0.4; charset=utf-8',
    'as Prometheus reads them';
is $reply->{headers}{'cache-control'}, 'no-store', 'fresh';

my (%type, %help, @odd);
for (split /\n/, $reply->{content}) {
    if (/^# HELP (phone_[a-z_]+) \S.*\.$/)                  { $help{$1}++ }
    elsif (/^# TYPE (phone_[a-z_]+) (counter|gauge|histogram)$/) { $type{$1} = $2 }
    elsif (/^(phone_[a-z_]+)(?:\{[a-z]+="[^"]*"(?:,[a-z]+="[^"]*")*\})? -?[0-9.]+$/) {
        my $name = $1;
        (my $base = $name) =~ s/_(?:bucket|sum|count)$//;
        push @odd, "$_: no type" unless $type{$name} || $type{$base};
        push @odd, "$_: name" if ($type{$name} || '') eq 'counter'
                                 && $name !~ /_total$/;
    }
    else { push @odd, $_ }
}
is_deeply \@odd, [], 'every line is one of the format';
is_deeply [ sort keys %help ], [ sort keys %type ], 'each has a help and a type';
is scalar(grep { $_ > 1 } values %help), 0, 'once';

my %documented = map { $_ => 1 } slurp('docs/status.md') =~ /^\| (`phone_.*?) \|/gm;
%documented = map { $_ => 1 } map { /`(phone_[a-z_]+)/g } keys %documented;
is_deeply [ grep { !$documented{$_} } sort keys %type ], [],
    'docs/status.md has each';
is_deeply [ grep { !$type{$_} } sort keys %documented ], [], 'and no other';

for my $path ('/status', '/metrics') {
    $reply = $p->post($path, {});
    is $reply->{status}, 405, "$path: no POST";
    is $reply->{headers}{allow}, 'OPTIONS, GET, HEAD', 'Allow';
    is $p->request('HEAD', $path)->{status}, 200, 'HEAD';
}


# Counting

my $before = metrics();
is pay($_)->{status}, 200, 'a bill is paid' for 1 .. 3;
is $p->pay($payer, 'x', 'y')->{status}, 404, 'another is not';
ok $backend->wait_for(4), 'the notices are out, one of them twice';
wait_for(sub {      # the merchant has it before we have his answer
    my $now = metrics();
    my $new = 0;
    $new += ($now->{$_} || 0) - ($before->{$_} || 0)
        for map { "phone_fetches_total{result=\"$_\"}" } '2xx', 'logged';
    $new >= 6;
});
ok wait_for(sub { metrics()->{'phone_events_active'} == 0 }), 'nothing is left';

my $after = metrics();
my $diff = sub { ($after->{$_[0]} || 0) - ($before->{$_[0]} || 0) };

is $diff->('phone_calls_total{endpoint="bill.create",class="2xx"}'), 3, 'bills';
is $diff->('phone_calls_total{endpoint="bill.pay",class="2xx"}'), 3, 'payments';
is $diff->('phone_calls_total{endpoint="bill.pay",class="4xx"}'), 1, 'refusals';
is $diff->('phone_fetches_total{result="2xx"}'), 3, 'notices that went';
is $diff->('phone_fetches_total{result="logged"}'), 3, 'texts that were logged and went to nobody';
is $diff->('phone_fetches_total{result="5xx"}'), 1, 'one that did not';
is $diff->('phone_call_seconds_count'), $diff->('phone_calls_started_total'),
    'each call has its time';
cmp_ok $diff->('phone_commit_attempts_total'), '>=', 6, 'commits';
cmp_ok $diff->('phone_handler_runs_total'), '>=', 13, 'runs';
cmp_ok $diff->('phone_compute_signatures_total'), '>=', 7, 'signatures';
is $after->{phone_calls_active}, 0, 'none is in progress';
is $after->{phone_workers}, 2, 'two workers';
is $after->{phone_store_up}, 1, 'the store is up';
cmp_ok $after->{phone_store_connected}, '>=', 2, 'connected';

my @bounds = map { /phone_call_seconds_bucket\{le="(.*)"\}/ ? $1 : () } keys %$after;
my @numbers = sort { $a <=> $b } grep { $_ ne '+Inf' } @bounds;
is scalar @bounds, @numbers + 1, 'buckets, and +Inf';
my $last = 0;
my $falls = grep { my $v = $after->{"phone_call_seconds_bucket{le=\"$_\"}"};
                   my $f = $v < $last; $last = $v; $f } @numbers, '+Inf';
is $falls, 0, 'which only grow';
is $last, $after->{phone_call_seconds_count}, 'up to the count';
ok wait_for(sub { metrics()->{phone_store_seconds_count} >= 4 }),
    'the store is measured';
cmp_ok metrics()->{phone_store_seconds_sum}, '>', 0, 'in some time';

my $status = status();
is $status->{code}, 'OK', 'status';
is $status->{store_state}, 'up', 'store_state';
is scalar @{ $status->{workers} }, 2, 'workers';
is_deeply [ sort map { $_->{pid} } @{ $status->{workers} } ], [ sort $p->workers ],
    'by their process';
is $status->{calls}{started}, $after->{phone_calls_started_total}, 'the same figures';
is $status->{fetches}{'5xx'}, 1, 'and groups';
like $status->{version}, qr/^\d+\.\d+\.\d+$/, 'version';


# Over reloads and kills

my $live = $p->events('/live', cookie => $payer->{cookie});
ok wait_for(sub { metrics()->{phone_live_clients} == 1 }), 'a client is counted';

for my $round (1 .. 3) {
    my $was = metrics();
    $p->reload(wait => 1);
    my $is = metrics();
    my @fell = grep { $_ =~ /_total/ && ($is->{$_} || 0) < $was->{$_} } keys %$was;
    is_deeply \@fell, [], "reload $round: no total falls";
    is $is->{phone_workers}, 2, 'workers that went are not counted';
    is $is->{phone_live_clients}, 0, 'nor their clients';
    cmp_ok $is->{phone_uptime_seconds}, '>=', $was->{phone_uptime_seconds},
        'the figures go on';
    my $client = $p->events('/live', cookie => $payer->{cookie});
    $client->close;
}

my @clients = map { $p->events('/live', cookie => $payer->{cookie}) } 1 .. 4;
my $was = metrics();
is $was->{phone_live_clients}, 4, 'four clients';
$p->kill_worker('KILL', $_) for $p->workers;
my $is = metrics();
my @fell = grep { $_ =~ /_total/ && ($is->{$_} || 0) < $was->{$_} } keys %$was;
is_deeply \@fell, [], 'workers are killed: no total falls';
is $is->{phone_live_clients}, 0, 'their clients are gone';
is $is->{phone_workers}, 2, 'two workers';

$p->configure(workers => 3);
$p->reload(wait => 1);
is metrics()->{phone_workers}, 3, 'another number of workers';
cmp_ok metrics()->{phone_calls_started_total}, '>=',
    $is->{phone_calls_started_total}, 'and the figures go on';


# The store

$p->redis->kill;
is $p->get('/pay/bills', cookie => $payer->{cookie})->{status}, 503, 'store is down';
ok wait_for(sub { status()->{store_state} eq 'down' }), 'which is said';
is $p->get('/status')->{status}, 503, 'to a load balancer too';
is $p->get('/metrics')->{status}, 200, 'and the figures can be read';
is metrics()->{phone_store_up}, 0, 'in both forms';
cmp_ok metrics()->{phone_store_errors_total}, '>=', 1, 'errors are counted';
ok wait_for(sub { !grep { $_->{store} eq 'ok' } @{ status()->{workers} } }), 'and for each worker';

$p->redis->start;
ok wait_for(sub { status()->{store_state} eq 'up' }), 'and up again';
is $p->get('/status')->{status}, 200, 'for a load balancer too';
ok wait_for(sub { pay()->{status} == 200 }), 'it works';


# It answers, and refuses all writes

$p->redis->command('CONFIG', 'SET', 'min-replicas-to-write', 1);
is $p->bill($shop, out_trade_no => 'refused', amount => 100, subject => 'tea',
            payer_phone => $payer->{phone})->{status}, 503, 'a store without its replicas';
ok wait_for(sub { status()->{store_state} eq 'read-only' }), 'is read-only';
is $p->get('/status')->{status}, 200, 'and stays in use: another host could not write either';
$status = status();
is scalar(grep { $_->{store} eq 'read-only' && $_->{store_reason} =~ /^NOREPLICAS/ }
          @{ $status->{workers} }) > 0, 1, 'and the reason is told';
is metrics()->{phone_store_up}, 0, 'which is not up';
$p->redis->command('CONFIG', 'SET', 'min-replicas-to-write', 0);
ok wait_for(sub { pay()->{status} == 200 && status()->{store_state} eq 'up' }),
    'it is up as soon as every worker has written';


# The store moves; a worker that ends a download would still ask the one of before

mkdir $p->dir . '/html';
$p->write('html/slow', 'x' x 1_000_000);
my $download = $p->connect;
syswrite $download, "GET /slow HTTP/1.1\r\nHost: x\r\n\r\n";
sysread $download, my $part, 1;

my $next = Phone::Redis->new;
$p->configure(store => 'unix:' . $next->socket);
$p->reload;
$p->redis->kill;
ok wait_for(sub { grep { $_->{store} ne 'ok' } @{ status()->{workers} } }),
    'it is still there, and has no store';
is status()->{store_state}, 'up', 'which is not the state of the store';
is metrics()->{phone_store_up}, 1, 'in both forms';
ok wait_for(sub { $is = metrics(); $is->{phone_store_connected} == $is->{phone_store_connections} }),
    'no connection is missing' or diag explain $is;


# That worker is killed, and a process of somebody else gets its pid: clone3()
# with set_tid, which needs root

my ($old) = map { $_->{pid} } grep { my $pid = $_->{pid}; !grep { $_ == $pid } $p->workers }
            @{ status()->{workers} };
$p->{allow_death}{$old} = 1;
kill 'KILL', $old;
ok wait_for(sub { !kill 0, $old }), 'a worker that was shutting down is killed';

my $tid = pack 'l', $old;
my $other = syscall 435, pack('Q11', 0, 0, 0, 0, 17, 0, 0, 0, unpack('Q', pack 'P', $tid), 1, 0), 88;
if ($other == 0) {
    POSIX::setuid(65534);
    sleep 60;
    POSIX::_exit(0);
}

SKIP: {
    skip 'no process with a pid of our choice', 1 if $other != $old;
    is_deeply [ sort map { $_->{pid} } @{ status()->{workers} } ], [ sort $p->workers ],
        'it is not taken for the process that has its pid now';
    kill 'KILL', $other;
    waitpid $other, 0;
}

close $download;


# Nobody else

$p->write('status.conf', slurp($p->dir . '/status.conf') =~ s/allow 127\.0\.0\.1;//gr);
$p->reload(wait => 1);
is $p->get($_)->{status}, 403, "$_ is not for everybody" for '/status', '/metrics';

done_testing;
