# Commits against what a real Redis holds: a write that was lost and another
# one in its place, a stream that is used up.

use lib 't/lib';
use Phone::Product;

my $p = Phone::Product->new(workers => 1, http => 'phone_pump interval=200ms;');
my $shop = $p->shop('tea', reply_sign => 0);
my $payer = $p->payer('13800000001', 100000);
my $redis = $p->redis;

# another host at the same store

my $host = Phone::Product->new(workers => 1, redis => 0,
                               store => 'unix:' . $redis->socket);


# A failover loses a change, and another change comes in its place.  What the
# first host remembers was written as often as what the store holds now.

my ($key) = $redis->keys('phone:*:merchant:tea');
my $before = $redis->command('DUMP', $key);

$p->operator('merchants/tea', name => 'Lost name');
is $p->bill($shop, out_trade_no => 'T1', amount => 100,
            payer_phone => $payer->{phone}, subject => 'tea')->{status}, 200,
    'a host remembers the merchant';
my $lost = $redis->hash($key)->{v};

$redis->command('RESTORE', $key, 0, $before, 'REPLACE');
$host->operator('merchants/tea', status => 'CLOSED');
isnt $redis->hash($key)->{v}, $lost, 'no version comes twice';

my $reply = $p->bill($shop, out_trade_no => 'T2', amount => 100,
                     payer_phone => $payer->{phone}, subject => 'tea');
is $reply->{status}, 403, 'what relies on the write that was lost is refused'
    or diag $reply->{content};
is $reply->{json}{code}, 'MERCHANT_CLOSED', 'for the merchant is closed';
is scalar @{ $p->bills($payer) }, 1, 'and there is no bill';

$host->operator('merchants/tea', status => 'ACTIVE');


# A stream whose last id is the greatest there is begins anew: the commit that
# wants to write to it is done.

my $client = $p->events('/live', cookie => $payer->{cookie});
my $bill = $p->bill($shop, out_trade_no => 'T3', amount => 100,
    payer_phone => $payer->{phone}, subject => 'tea')->{json}{bill_id};
my $stream;
ok wait_for(sub { ($stream) = $redis->keys('phone:*:live:*'); $stream }),
    'the payer listens';

$redis->command('XADD', $stream, '18446744073709551615-18446744073709551615',
                'e', 'last', 'd', '{}');
is $p->pay($payer, $bill, $payer->{cards}[0])->{status}, 200,
    'a bill is paid though the stream is used up';
isnt $redis->command('XRANGE', $stream, '-', '+')->[0][0],
    '18446744073709551615-18446744073709551615', 'the stream has begun anew';
is $p->bills($payer)->[0]{status}, 'PAID', 'the bill says so';

$client->close;
$p->books_are_right;


# A key that holds another type: a commit that meets it, wherever, is an error
# that has left nothing, neither claims nor sums nor the first command.

my $q = Phone::Product->new(workers => 1, http => 'phone_pump off;',
    allow => qr/redis failed a commit: "WRONGTYPE/);
$shop = $q->shop('tea', reply_sign => 0);
$payer = $q->payer('13800000001', 100000);
$redis = $q->redis;
my %order = (amount => 100, payer_phone => $payer->{phone}, subject => 'tea');
$bill = $q->bill($shop, %order, out_trade_no => 'T1')->{json}{bill_id};
my ($bucket) = $bill =~ /^(\d+)-/;

sub content {
    return { map { $_ => $redis->command('DUMP', $_) }
             grep { !/:(?:account|store|witness)/ } $redis->keys('phone:*') };
}

my ($ledger) = map { /\}:(ledger:\Q$bucket\E-.*)/ } $redis->keys('phone:*');

for my $name ('due', $ledger, 'bills:+8613800000001') {
    my $key = "phone:{$bucket}:$name";
    my $there = $redis->command('EXISTS', $key);
    $redis->command('RENAME', $key, 'aside') if $there;
    $redis->command('SET', $key, 'neither list nor set');
    my $was = content();

    if ($name ne 'bills:+8613800000001') {
        is $q->pay($payer, $bill, $payer->{cards}[0])->{status}, 500,
            "a payment meets $name";
    }

    if ($name ne $ledger) {
        is $q->bill($shop, %order, out_trade_no => 'T2')->{status}, 500,
            "a new bill meets $name";
    }

    is_deeply content(), $was, 'nothing is left';

    $redis->command('DEL', $key);
    $redis->command('RENAME', 'aside', $key) if $there;
}

$reply = $q->bill($shop, %order, out_trade_no => 'T2');
is $reply->{status}, 200, 'the order number was given back';
is $q->pay($payer, $reply->{json}{bill_id}, $payer->{cards}[0])->{status}, 200,
    'and the money';
$q->books_are_right;

done_testing;
