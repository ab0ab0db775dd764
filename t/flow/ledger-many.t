# A bucket with 20,000 accounts: it is checked, its month is closed, and the next
# month begins with the balances of all of them.

use lib 't/lib';
use Phone::Product;
use POSIX ();

use constant MANY => 20000;

my $p = Phone::Product->new(workers => 2, allow => qr/blob/,
    http => 'phone_pump interval=200ms; phone_lease 60s; phone_bill_day_payer 1000000; phone_archive_after 0;');
my $redis = $p->redis;
my $shop = $p->shop('tea');
my $payer = $p->payer('13800000001', 100000, 500);
my ($home) = $payer->{cards}[0] =~ /^(\d+)/;
my $serial = 0;

sub month { my ($month, $year) = (gmtime)[4, 5];
    $month += $year * 12 - $_[0];
    return sprintf '%04d-%02d', 1900 + int($month / 12), $month % 12 + 1 }

sub sell {
    my ($card) = @_;
    my $order = 'T' . ++$serial;
    my $bill = patient { $p->bill($shop, out_trade_no => $order, amount => 100,
        payer_phone => $payer->{phone}, subject => 'tea') }->{json}{bill_id};
    is $p->pay($payer, $bill, $payer->{cards}[$card])->{status}, 200, "$order is paid";
    return $bill;
}

sub operator { my ($method, $path, %form) = @_;
    my %with = (headers => { Authorization => 'Bearer operator-token-for-tests' }, timeout => 300);
    return $method eq 'GET' ? $p->get("/operator/$path", %with) : $p->post("/operator/$path", \%form, %with) }

sub check { return operator(GET => 'check')->{json} }
sub period { return operator(GET => 'ledger?limit=1&bucket=' . ($home + 0))->{json}{buckets}[0] }

sub right { my ($name) = @_;
    my $found = check();
    ok $found->{ok}, $name or diag explain $found;
    is $found->{entries_untracked}, 0, "$name: all accounts are followed" }

# Cards of other people: one of 1 yuan each, two of them of one owner.

sub many {
    my ($from, $amount, $time) = @_;
    $redis->command('EVAL', <<'LUA', 0, $home, $from, $from + MANY - 1, $amount, $time, month(0));
        local bucket, from, last, amount, time, month = unpack(ARGV)
        local ledger = 'phone:{' .. bucket .. '}:ledger:' .. bucket .. '-' .. month

        for i = from, last do
            local id = bucket .. '-' .. time .. string.format('%016d', i)
            local key = 'phone:{' .. bucket .. '}:card:' .. id
            redis.call('HSET', key, 'v', '1', 'owner', string.format('+86139%08d', i - i % 2), 'currency', 'CNY')
            redis.call('HINCRBY', key, 'balance', amount)
            redis.call('RPUSH', ledger, time .. string.format('%016d', i) .. ' outside:CNY card:' .. id .. ' ' .. amount
                       .. ' CNY open ' .. id)
        end

        redis.call('HINCRBY', 'phone:{' .. bucket .. '}:balances', 'outside:CNY', -amount * (last - from + 1))
LUA
}

sub card { my ($time, $i) = @_; return sprintf 'phone:{%s}:card:%s-%s%016d', $home, $home, $time, $i }


# The store was made two months ago; what is here is of last month

my @digits = (0 .. 9, grep { !/[ILOU]/ } 'A' .. 'Z');
my ($year, $month) = split /-/, month(1);
my $at = POSIX::mktime(0, 0, 12, 15, $month - 1, $year - 1900) * 1000;
my $time = join '', map { $digits[$at >> 5 * $_ & 31] } reverse 0 .. 9;

$p->stop;
$redis->command('HSET', 'phone:store', 'created_at', $at);
$p->start;

my @bills = map { sell($_ % 2) } 0 .. 5;
many(0, 100, $time);

for my $key ($redis->keys("phone:*:ledger:*-" . month(0))) {
    (my $old = $key) =~ s/-\d{4}-\d\d$/'-' . month(1)/e;
    my @entries = map { s/^.{10}/$time/r } @{ $redis->command('LRANGE', $key, 0, -1) };
    $redis->command('RPUSH', $old, splice @entries, 0, 1000) while @entries;
    $redis->command('DEL', $key);
}

for my $key (map { $redis->keys("phone:*:bill:$_") } @bills) {
    my $paid = $redis->hash($key)->{paid} =~ s/^(paid_at 13) \d+/$1 $at/mr;
    $redis->command('HSET', $key, 'paid', $paid);
}

right(MANY . ' accounts');
$redis->command('HINCRBY', card($time, 19999), 'balance', 1);
$redis->command('HINCRBY', card($time, 7), 'balance', -101);
my $found = check();
is $found->{mismatches_found}, 2, 'two balances are altered';
is $found->{negative_found}, 1, 'one is negative';
$redis->command('HINCRBY', card($time, 19999), 'balance', -1);
$redis->command('HINCRBY', card($time, 7), 'balance', 101);

my $largest = 0;
is operator(POST => 'ledger/close', bucket => $home + 0, month => month(1))->{status}, 200, 'it begins';

ok wait_for(sub {
    for my $worker ($p->workers) {
        my ($kb) = Phone::Env::slurp("/proc/$worker/status") =~ /^VmRSS:\s+(\d+)/m;
        $largest = $kb if $kb > $largest;
    }
    return period()->{from} gt month(1);
}, 300), 'the month is closed' or diag explain period();

cmp_ok $largest, '<', 200 * 1024, "a worker has $largest KiB at most" if Phone::Env::build() ne 'asan';
is $redis->command('EXISTS', "phone:{$home}:ledger:$home-" . month(1)), 0, 'its entries are gone';
right('from the file');

my $tool = Phone::Env::top() . '/conf/phone-ledger';
my $said = qx{$tool check $p->{blobs} @{[ period()->{file} ]} 2>&1};
is $?, 0, 'the files are right' or diag $said;
like $said, qr/ 200\d\d accounts,/, 'with all accounts';

sell(0);
many(10000, 5, $time);
$redis->command('HINCRBY', card($time, $_), 'balance', 1) for 1, 29999;
$found = check();
is $found->{mismatches_found}, 2, 'a balance of the month before, and one of this month';
is $found->{faults_found} + $found->{entries_untracked}, 0, 'and nothing else';

done_testing;
