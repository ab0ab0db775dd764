# GET /operator/check on real nginx and Redis: right while payments go on; and
# what is lost, evicted or altered behind our back is named.

use lib 't/lib';
use Phone::Product;

# few buckets: a check walks them all

my $p = Phone::Product->new(workers => 2, redis => { buckets => 16 },
    http => 'phone_buckets 16; phone_pump interval=200ms;',
    allow => qr/\[crit\].*(?:was not written by ngx_phone|redis failed a read of phone:)/);
my $redis = $p->redis;
my $shop = $p->shop('tea', reply_sign => 0);
my $payer = $p->payer('13800000001', 1000000);
my $other = $p->payer('13800000002', 1000000);
my ($card) = @{ $payer->{cards} };
my (%bill, $serial);

sub create {
    my ($person) = @_;
    my $order = 'T' . ++$serial;
    return $bill{$order} = $p->bill($shop, out_trade_no => $order, amount => 100 + $serial,
        payer_phone => $person->{phone}, subject => 'tea')->{json}{bill_id};
}

my @paid = map { create($_ % 2 ? $payer : $other) } 1 .. 12;
$p->pay($payer, $paid[$_], $card) for grep { $_ % 2 == 0 } 0 .. 11;
$p->pay($other, $paid[$_], $other->{cards}[0]) for grep { $_ % 2 } 0 .. 11;
my @open = map { create($payer) } 1 .. 6;

$p->books_are_right('twelve payments');


# payments go on

my @more = map { create($payer) } 1 .. 60;
my ($checked, $paid) = $p->parallel(2, sub {
    my ($part) = @_;

    if ($part == 2) {
        return scalar grep { $p->pay($payer, $_, $card)->{status} == 200 } @more;
    }

    for (1 .. 12) {
        my $reply = $p->check;
        return $reply->{content} unless $reply->{json} && $reply->{json}{ok};
    }

    return 'right';
});

is $paid, 60, 'sixty more are paid';
is $checked, 'right', 'and the books are right at every moment';
$p->books_are_right('afterwards');


# Each damage is done to keys that are kept, and put back.

sub damage {
    my ($name, $keys, $do, @expected) = @_;

    my %kept = map { $_ => $redis->command('DUMP', $_) } @$keys;
    is scalar(grep { defined } values %kept), scalar @$keys, "$name: the keys are there";

    $do->();
    my $found = $p->check->{json};
    ok !$found->{ok}, "$name: the check is not ok";

    my %fault = map { ("$_->{what} $_->{where}" => 1) } @{ $found->{faults} };
    ok $fault{$_}, "$name: $_" or diag explain $found for @expected;

    $redis->command('RESTORE', $_, 0, $kept{$_}, 'REPLACE') for keys %kept;

    return $found;
}

sub key { return ($redis->keys("*}:$_[0]"))[0] }
sub lost { my ($key) = @_; return sub { $redis->command('DEL', $key) } }

my $takings_in = (grep { grep { /^takings:tea:/ } @{ $redis->command('HKEYS', $_) } }
                  $redis->keys('*}:balances'))[0];
my ($bucket) = $takings_in =~ /\{(\d+)\}/;
my ($home) = key("card:$card") =~ /\{(\d+)\}/;
my $ledger = key("ledger:$home-*");

damage('a paid bill is lost', [key("bill:$paid[0]")], lost(key("bill:$paid[0]")),
       "bill_missing bill:$paid[0]");
damage('an open bill is lost', [key("bill:$open[0]")], lost(key("bill:$open[0]")),
       "bill_missing bill:$open[0]");
damage('an order is lost', [key('order:tea:T14')], lost(key('order:tea:T14')),
       'order_missing order:tea:T14');
damage('an order leads to another bill', [key('order:tea:T1')],
       sub { $redis->command('SET', key('order:tea:T1'), $paid[1]) },
       'order_differs order:tea:T1');
damage('a card is lost', [key("card:$card")], lost(key("card:$card")),
       "card_missing card:$card");
damage('a list of bills is lost', [key('bills:+8613800000001')],
       lost(key('bills:+8613800000001')), "bill_not_listed bill:$paid[0]");
damage('a bill is open again', [key("bill:$paid[0]")],
       sub { $redis->command('HSET', key("bill:$paid[0]"), 'status', 'PUSHED') },
       "bill_differs bill:$paid[0]");
damage('a bill is PAID by nobody', [key("bill:$open[0]")],
       sub { $redis->command('HSET', key("bill:$open[0]"), 'status', 'PAID') },
       "bill_not_debited bill:$open[0]");
damage('a bill has a status that is none', [key("bill:$open[0]")],
       sub { $redis->command('HSET', key("bill:$open[0]"), 'status', 'OPEN') },
       "bill_status bill:$open[0]");
damage('a bill holds junk', [key("bill:$open[0]")],
       sub { $redis->command('HSET', key("bill:$open[0]"), 'facts', 'amount 9999 1') },
       "bill_unreadable bill:$open[0]");

my $found = damage('a balance is altered', [key("card:$card")],
       sub { $redis->command('HINCRBY', key("card:$card"), 'balance', 1) });
is $found->{mismatches_found}, 1, 'of one account';
is $found->{mismatches}[0]{account}, "card:$card", 'which is named';

$found = damage('takings are lost', [$takings_in],
       sub { $redis->command('HDEL', $takings_in, 'takings:tea:CNY') });
is $found->{mismatches}[0]{account}, 'takings:tea:CNY', 'whose';

for my $key (map({ key($_) } "card:$card", "bill:$paid[0]", 'order:tea:T1',
                             'bills:+8613800000001'),
             "phone:{$home}:balances", $ledger)
{
    damage("$key is a set", [$key], sub {
        $redis->command('DEL', $key);
        $redis->command('SADD', $key, 'by hand');
    }, "key_of_other_type $key");
}

my ($entry) = grep { / bill \Q$paid[0]\E$/ } @{ $redis->command('LRANGE', $ledger, 0, -1) };
my ($movement) = split / /, $entry;

damage('an entry is there twice', [$ledger],
       sub { $redis->command('LPUSH', $ledger, $entry) },
       "movement_twice ledger:$home:$movement", "bill_debited_twice bill:$paid[0]");
damage('an entry is lost', [$ledger],
       sub { $redis->command('LREM', $ledger, 1, $entry) },
       "bill_not_debited bill:$paid[0]");

if ($p->{domain} eq 'bucket') {
    my $arrived = key("ledger:$bucket-*");
    my ($leg) = grep { /^\Q$movement\E clearing/ } @{ $redis->command('LRANGE', $arrived, 0, -1) };

    damage('money left and did not arrive', [$arrived, $takings_in], sub {
        $redis->command('LREM', $arrived, 1, $leg);
        $redis->command('HINCRBY', $takings_in, 'takings:tea:CNY', -(split / /, $leg)[3]);
    }, "transit_lost $movement");

    damage('money arrived that nobody sent', [$arrived, $takings_in], sub {
        $redis->command('RPUSH', $arrived, 'M0 clearing:CNY takings:tea:CNY 7 CNY bill ' . $paid[0]);
        $redis->command('HINCRBY', $takings_in, 'takings:tea:CNY', 7);
    }, 'transit_made M0');
}


# as eviction would have it

my @money = grep { /\}:(?:bill|order|card):/ || /\}:(?:ledger:|balances$)/ } $redis->keys;

$p->books_are_right('all is put back');

for (1 .. 10) {
    my $key = $money[rand @money];
    damage("$key is evicted", [$key], lost($key));
}

$p->books_are_right('all is put back again');


# What cannot be read at all is named in the log, and only who needs it is held
# up

sub is_named {
    my ($name, $key, $do, $pattern) = @_;

    my $kept = $redis->command('DUMP', $key);
    my $had = length $p->log;
    $do->();

    my $reply = $p->get("/pay/bills/$open[1]", cookie => $payer->{cookie});
    is "$reply->{status} $reply->{json}{code}", '500 INTERNAL', "$name: 500";
    ok wait_for(sub { substr($p->log, $had) =~ /\[crit\].*$pattern/ }), "$name: the log names it";
    is $p->get("/pay/bills/$open[2]", cookie => $payer->{cookie})->{status}, 200, 'others are there';
    $redis->command('RESTORE', $key, 0, $kept, 'REPLACE');
}

my $broken = key("bill:$open[1]");

is_named('a bill that is no bill', $broken,
    sub { $redis->command('HSET', $broken, 'facts', 'amount 9999 1') },
    qr/what redis holds in "\Q$broken\E" was not written by ngx_phone/);
is_named('a key of another type', $broken,
    sub { $redis->command('SET', $broken, 1) },
    qr/redis failed a read of \Q$broken\E: "WRONGTYPE/);

$p->books_are_right('once more');

done_testing;
