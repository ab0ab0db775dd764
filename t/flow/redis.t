# The store fails in every way it can: the right answer or 503 and "try again",
# and the money is right.

use lib 't/lib';
use Phone::Product;
use Phone::FakeRedis;
use Phone::Merchant;
use Phone::Redis;

my $redis = Phone::Redis->new(appendfsync => 'always');
my $fake = Phone::FakeRedis->new(behavior => 'proxy', upstream => $redis->socket);
my $p = Phone::Product->new(
    redis => 0, stopped => 1, workers => 2, store => 'unix:' . $fake->socket,
    http => '', allow => qr/redis failed a commit: "WRONGTYPE|it answers TIME with "ERR refused"/,
);
$p->{redis} = $redis;
$p->start;

my $shop = $p->shop('tea', reply_sign => 0);
my $payer = $p->payer('13800000001', 1000000);
my $victim = $p->payer('13800000002', 1000000);
my $card = $payer->{cards}[0];
my $serial = 0;

sub bill {
    my $order = 'T' . ++$serial;
    my $reply = patient {
        $p->bill($shop, out_trade_no => $order, amount => 100,
            payer_phone => $payer->{phone}, subject => 'tea');
    };
    return $reply->{json}{bill_id} || diag "bill: $reply->{content}";
}

sub balance {
    my $reply = patient { $p->get('/pay/cards', cookie => $payer->{cookie}) };
    return $reply->{json}{cards}[0]{balance};
}

sub bills {
    my $reply = patient { $p->get('/pay/bills', cookie => $payer->{cookie}) };
    return scalar @{ $reply->{json}{bills} };
}

sub paid {
    my ($bill, @args) = @_;
    return patient { $p->pay($payer, $bill, $card, @args) };
}

# From now on no worker has a connection that met another behavior.

sub become {
    my ($behavior) = @_;

    $fake->stop;
    $fake->behave($behavior, upstream => $redis->socket);
    $fake->start;
}

sub recovers {
    my ($name) = @_;

    become('proxy');
    my $reply = patient { $p->get('/me', cookie => $payer->{cookie}) };
    is $reply->{status}, 200, "$name: and then it works again"
        or diag explain $reply;
}


# the reply to a commit is lost: the handler finds its own mark

for my $how (qw(cut_reply cut_before)) {
    my $bill = bill();
    my $before = balance();
    $fake->behave('proxy', upstream => $redis->socket, $how => '^EVALSHA .*PAID');
    my $reply = $p->pay($payer, $bill, $card);
    is $reply->{status}, 200, "$how of the commit: paid" or diag $reply->{content};
    is balance(), $before - 100, "$how: once";
}

{
    my $before = bills();
    $fake->behave('proxy', upstream => $redis->socket, cut_reply => '^EVALSHA .*CREATED');
    ok bill(), 'cut_reply of a create: the bill';
    is bills(), $before + 1, 'one of it';
}

{
    my $bill = bill();
    my $before = balance();
    $fake->behave('proxy', upstream => $redis->socket,
                  cut_reply => '^EVALSHA .*PAID', times => 20);
    my $reply = $p->pay($payer, $bill, $card);
    ok $reply->{status} == 200 || $reply->{json}{retryable},
        'cut again and again: paid, or try again' or diag $reply->{content};
    recovers('cut again and again');
    is paid($bill, pay_id => 'x')->{json}{code}, 'BILL_PAID', 'it was paid';
    is balance(), $before - 100, 'once';
}

# a store that stops and goes on: what was sent before it stopped is done after
# the caller has given up and asked again

{
    my @bills = map { bill() } 1 .. 12;
    my $before = balance();
    my $stopper = fork();

    if (!$stopper) {
        for my $pause (0.3, 3.5, 0.1, 3.2, 0.2) {
            kill 'STOP', $redis->pid;
            select undef, undef, undef, $pause;
            kill 'CONT', $redis->pid;
            select undef, undef, undef, 0.004;
        }
        POSIX::_exit(0);
    }

    my @status = $p->parallel(12, sub {
        select undef, undef, undef, 0.02 * $_[0];
        return $p->pay($payer, $bills[$_[0] - 1], $card, pay_id => "s$_[0]",)->{status};
    });

    waitpid $stopper, 0;
    is scalar(grep { $_ != 200 && $_ != 503 } @status), 0, "stopped: paid, or try again (@status)";

    for my $n (1 .. 12) {
        my $reply = paid($bills[$n - 1], pay_id => "s$n");
        is $reply->{json}{status}, 'PAID', "stopped: the same call again" or diag $reply->{content};
    }

    is balance(), $before - 1200, 'stopped: each once';
}


# no store

for my $behavior (qw(silent close hang_up garbage loading error push)) {
    become($behavior);
    my $reply = $p->get('/me', cookie => $payer->{cookie});

    is $reply->{status}, 503, "$behavior: 503" or diag $reply->{content};
    is $reply->{json}{code}, 'STORE_UNAVAILABLE', "$behavior: says so";
    ok $reply->{json}{retryable} && $reply->{headers}{'retry-after'},
        "$behavior: try again";
    recovers($behavior);
}

for my $option ([fragment => 3], [delay => 0.3]) {
    my $bill = bill();
    $fake->behave('proxy', upstream => $redis->socket, @$option);
    is paid($bill, pay_id => $option->[0])->{status}, 200, "@$option: paid";
    recovers("@$option");
}

$fake->behave('proxy', upstream => $redis->socket, mid_reply => 2);
$p->get('/pay/bills', cookie => $payer->{cookie}) for 1 .. 3;
recovers('cut in the middle of a reply');


# forgotten scripts

my $bill = bill();
$redis->command('SCRIPT', 'FLUSH');
my $reply = paid($bill);
is $reply->{status}, 200, 'scripts forgotten: paid' or diag $reply->{content};


# commits that travel together: each stands or falls for itself

my $bucket = sprintf '%03d', substr($victim->{cards}[0], 0, 3);
my $index = "phone:{$bucket}:bills:+86$victim->{phone}";
my $listed = $redis->command('EXISTS', $index);
$redis->command('RENAME', $index, 'kept') if $listed;
$redis->command('SET', $index, 'not an index');

for my $round (1 .. 3) {
    $redis->command('SCRIPT', 'FLUSH') if $round == 2;

    my @calls = map {
        my $to = $_ % 6 == 3 ? $victim : $payer;
        +{ $shop->call('bill.create', out_trade_no => "B$round-$_", amount => 100,
                       payer_phone => $to->{phone}, subject => 'tea') };
    } 1 .. 24;

    my @together = $p->parallel(24, sub {
        my ($n) = @_;
        my $reply = patient { $p->post('/pay/bill', $calls[$n - 1]) };
        return ($n % 6 == 3 ? 'victim ' : 'other ') . $reply->{status};
    });
    my %seen;
    $seen{$_}++ for @together;
    is_deeply \%seen, { 'victim 500' => 4, 'other 200' => 20 },
        "round $round: a commit that Redis cannot do harms no other";
}

$redis->command('DEL', $index);
$redis->command('RENAME', 'kept', $index) if $listed;


# full

$bill = bill();
my $before = balance();
$redis->command('CONFIG', 'SET', 'maxmemory', '1mb');
$reply = $p->pay($payer, $bill, $card);
is $reply->{status}, 503, 'out of memory: 503' or diag $reply->{content};
is $reply->{json}{code}, 'STORE_UNAVAILABLE', 'says so';
is balance(), $before, 'reads still work, nothing has moved';
$redis->command('CONFIG', 'SET', 'maxmemory', '0');
is paid($bill)->{status}, 200, 'with memory again: paid';


# down, and up again

$bill = bill();
$redis->stop;
is $p->pay($payer, $bill, $card)->{status}, 503, 'down: 503';
$redis->start;
ok wait_for(sub { $p->pay($payer, $bill, $card)->{json}{code} =~ /OK|BILL_PAID/ }),
    'up again: paid';

$p->books_are_right;


# Redis that may evict is refused

my $evicts = Phone::Redis->new(args => ['--maxmemory-policy', 'allkeys-lru']);
my $q = Phone::Product->new(redis => 0, stopped => 1, workers => 1,
                            allow => qr/noeviction/,
                            store => 'unix:' . $evicts->socket);
$q->start;
is $q->get('/me', cookie => $payer->{cookie})->{status}, 503,
    'a store that evicts is not used';
ok $q->wait_log(qr/noeviction/), 'and the log says what to set';
$evicts->stop;


# so is a store that another version has made

my $older = Phone::Redis->new;
$older->command('HSET', 'phone:store', 'format', 3);
$q = Phone::Product->new(redis => 0, stopped => 1, workers => 1,
                         allow => qr/another format/,
                         store => 'unix:' . $older->socket);
$q->start;
is $q->get('/me', cookie => $payer->{cookie})->{status}, 503,
    'a store of another format is not used';
ok $q->wait_log(qr/a store of another format/), 'and the log says why';
$older->stop;

done_testing;
