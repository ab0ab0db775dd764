# Which Redis is used: the store that an operator has created, with settings
# that keep money, and no other one; also when that changes while nginx runs.

use lib 't/lib';
use Phone::Product;
use Phone::Redis;
use File::Path ();

my %safe = (redis => 0, stopped => 1, workers => 2, safe => 1, allow => qr/redis "/);

sub product {
    my ($redis, @more) = @_;
    my $p = Phone::Product->new(%safe, store => 'unix:' . $redis->socket, @more);
    $p->{redis} = $redis;
    return $p->start;
}

sub code { my $reply = $_[0]->check; return $reply->{json}{code} || $reply->{status} }

sub status { $_[0]->get('/status')->{json} }
sub up { $_[0]->get('/metrics')->{content} =~ /^phone_store_up (\d)/m ? $1 : '' }

sub ready {
    my ($p) = @_;
    return wait_for(sub {
        my @workers = @{ status($p)->{workers} };
        @workers == grep { $_->{store_checked_at} && $_->{store} eq 'ok' } @workers;
    });
}

sub me { $_[0]->get('/me', cookie => $_[1]{cookie})->{status} }

sub is_refused {
    my ($p, $payer, $reason, $name) = @_;

    ok wait_for(sub { me($p, $payer) == 503 }), "$name: 503";
    ok $p->wait_log(qr/\[crit\].*$reason/), "$name: [crit] says why";
    ok wait_for(sub { up($p) eq '0' }), "$name: phone_store_up is 0";
    ok wait_for(sub { grep { ($_->{store_reason} || '') =~ /$reason/ }
                      @{ status($p)->{workers} } }), "$name: /status says why";
}

sub works {
    my ($p, $payer, $name) = @_;

    my $reply = patient { $p->get('/me', cookie => $payer->{cookie}) };
    is $reply->{status}, 200, "$name: it works again";
    ok wait_for(sub { up($p) eq '1' }), "$name: phone_store_up is 1";
}


# The operator's tool

my $redis = Phone::Redis->new(appendfsync => 'always', store => 0);
my ($exit, $text) = $redis->tool('create', '--buckets', '0');
isnt $exit, 0, 'create: no buckets';
($exit, $text) = $redis->tool('create', '--id', 'a b');
isnt $exit, 0, 'create: an id that is none';
($exit, $text) = $redis->tool('show');
isnt $exit, 0, 'show: nothing there';
like $text, qr/no store here/, 'says so';
($exit, $text) = $redis->tool('accept');
isnt $exit, 0, 'accept: nothing there';
is_deeply [$redis->keys], [], 'nothing was written';

$redis->command('SET', 'phone:{017}:balances', 1);
($exit, $text) = $redis->tool('create');
isnt $exit, 0, 'create: not beside keys of a store that has lost its head';
like $text, qr/phone:\{017\}:balances/, 'names one';
is $redis->command('EXISTS', 'phone:store'), 0, 'nothing was written';
$redis->command('DEL', 'phone:{017}:balances');

($exit, $text) = $redis->tool('create');
is $exit, 0, 'create' or diag $text;
like $text, qr/^phone_store_id [0-9a-f]{32};$/, 'prints the line for the configuration';
my ($id) = $text =~ /([0-9a-f]{32})/;
is $redis->hash('phone:store')->{id}, $id, 'the id';
is $redis->hash('phone:store')->{epoch}, 1, 'the first epoch';
($exit, $text) = $redis->tool('create');
isnt $exit, 0, 'create: not twice';
is $redis->hash('phone:store')->{id}, $id, 'the store is left alone';
$redis->stop;


# A new server: nothing is created until somebody does

$redis = Phone::Redis->new(appendfsync => 'always', store => 0);
my $p = product($redis);
is code($p), 'STORE_UNAVAILABLE', 'an empty Redis: 503';
ok $p->wait_log(qr/\[crit\].*it holds no store.*phone-store/), 'the log says what to do';
is_deeply [$redis->keys], [], 'nothing was written to it';
$redis->create;

my $payer;
ok ready($p), 'created: it is used, without a reload';
$payer = $p->payer('13800000001', 1000000);
is status($p)->{store_id}, Phone::Redis::STORE, '/status has the id';
ok wait_for(sub { status($p)->{store_epoch} == 1 }), 'and the epoch';
ok wait_for(sub { (status($p)->{workers}[0]{store_checked_at} || '') =~ /Z$/ }),
    'and when it was checked';
like status($p)->{workers}[0]{clock_offset_ms}, qr/^-?\d+$/, 'and the clock';


# A server that has lost its data, and one that holds another store

$redis->stop;
File::Path::remove_tree("$redis->{dir}/appendonlydir");
$redis->start;
is_refused($p, $payer, 'it holds no store', 'restarted without its data');
is $redis->command('EXISTS', 'phone:store'), 0, 'it was not made a store again';

$redis->{option}{store} = 'another';
$redis->create;
$p->reload(wait => 1);
is_refused($p, $payer, 'it holds the store "another", not', 'another store');
$redis->command('FLUSHALL');
$redis->{option}{store} = undef;
$redis->create;
ok ready($p), 'the right one';
$payer = $p->payer('13800000001', 1000000);


# Settings that are changed while it runs

for my $case (['maxmemory-policy', 'allkeys-lru', 'noeviction', 'maxmemory-policy'],
              ['appendonly', 'no', 'yes', 'append-only file'])
{
    my ($name, $bad, $good, $reason) = @$case;

    $redis->command('CONFIG', 'SET', $name, $bad);
    is_refused($p, $payer, $reason, $name);
    $redis->command('CONFIG', 'SET', $name, $good);
    works($p, $payer, $name);
}

$redis->command('HSET', 'phone:store', 'id', 'swapped');
is_refused($p, $payer, 'the store "swapped"', 'the id');
$redis->command('HSET', 'phone:store', 'id', Phone::Redis::STORE);
works($p, $payer, 'the id');

$redis->command('REPLICAOF', '127.0.0.1', '1');
ok wait_for(sub { me($p, $payer) == 503 }), 'a replica: 503, without a write';
$redis->command('REPLICAOF', 'NO', 'ONE');
works($p, $payer, 'a replica');


# Keys that were evicted are gone, whatever the policy is by now

# (here only keys of the test: the next to expire)

sub evict {
    $redis->command('CONFIG', 'SET', 'maxmemory-samples', 64);
    $redis->command('CONFIG', 'SET', 'maxmemory-policy', 'volatile-ttl');
    $redis->command('SET', "evict$_", 'x' x 100000, 'EX', 15) for 1 .. 20;
    $redis->command('CONFIG', 'SET', 'maxmemory',
        $redis->command('INFO', 'memory') =~ /used_memory:(\d+)/ ? $1 - 500000 : 0);
    eval { $redis->command('SET', 'more', 'x' x 1000, 'EX', 1) };
    $redis->command('CONFIG', 'SET', 'maxmemory', 0);
    $redis->command('CONFIG', 'SET', 'maxmemory-policy', 'noeviction');
}

sub is_noted {
    return wait_for(sub { $redis->hash('phone:store')->{evicted} });
}

evict();
like $redis->command('INFO', 'stats'), qr/evicted_keys:[1-9]/, 'keys were evicted';
is_refused($p, $payer, 'it has evicted keys', 'evictions');
ok is_noted(), 'the store knows';

$redis->stop;
$redis->start;
like $redis->command('INFO', 'stats'), qr/evicted_keys:0/, 'a new process knows nothing';
select undef, undef, undef, 3;
is me($p, $payer), 503, 'it is refused still';

($exit, $text) = $redis->tool('accept');
is $exit, 0, 'accepted' or diag $text;
works($p, $payer, 'evictions');
is $redis->hash('phone:store')->{epoch}, 2, 'the epoch tells merchants';
ok wait_for(sub { status($p)->{store_epoch} == 2 }), 'so does /status';


# the same where no connection is left whose checks could notice

$redis->command('CONFIG', 'SET', 'appendonly', 'no');
is_refused($p, $payer, 'append-only file', 'no connection is left');
evict();
$redis->command('CONFIG', 'SET', 'appendonly', 'yes');
ok is_noted(), 'new connections are refused, and note it';
is me($p, $payer), 503, 'refused again';
($exit, $text) = $redis->tool('accept');
works($p, $payer, 'and accepted again');
$p->books_are_right;

done_testing;
