# Statements on real nginx and Redis: rows of payments, refunds and payouts side
# by side, with workers killed; and a statement of several steps whose workers
# are killed while it is made.

use lib 't/lib';
use Phone::Product;
use Phone::Sign;
use Digest::SHA qw(sha256_hex);
use POSIX ();

my $p = Phone::Product->new(workers => 2, allow => qr/exited on signal 9/,
    http => 'phone_pump interval=200ms; phone_lease 3s; phone_bill_day_payer 1000000;');
my $redis = $p->redis;
my $shop = $p->shop('tea');
my $cake = $p->shop('cake', reply_sign => 0);
my $payer = $p->payer('13800000001', 1000000);
my ($card) = @{ $payer->{cards} };
my $serial = 0;

sub day { return POSIX::strftime('%Y-%m-%d', gmtime(time + 8 * 3600 - 86400 * $_[0])) }

sub key { my ($name) = @_;
    my ($key) = $redis->keys("phone:*:$name");
    return $key }

sub bill {
    my $order = 'T' . ++$serial;
    return patient { $p->bill($shop, out_trade_no => $order, amount => 100,
        payer_phone => $payer->{phone}, subject => 'tea') }->{json}{bill_id};
}

sub rows {
    return map { @{ $redis->command('LRANGE', $_, 0, -1) } } sort $redis->keys('phone:*:moved:tea:*');
}

sub takings {
    my ($key) = $redis->keys('phone:*:balances') or return 0;
    my $sum = 0;
    $sum += $redis->command('HGET', $_, 'takings:tea:CNY') || 0 for $redis->keys('phone:*:balances');
    return $sum;
}

sub sum { my $sum = 0; $sum += (split /,/)[6] for @_; return $sum }


# Rows: side by side, and with workers killed

my @bills = map { bill() } 1 .. 40;

my @answers = $p->parallel(41, sub {
    my $n = $_[0] - 1;
    my $status = 0;

    if ($n == 40) {
        for (1 .. 3) {
            eval { $p->kill_worker('KILL') };
            select undef, undef, undef, 0.2;
        }

        return 'killed';
    }

    for (1 .. 150) {
        $status = $p->pay($payer, $bills[$n], $card, pay_id => "p$n")->{status};
        last if $status == 200;
        select undef, undef, undef, 0.2;
    }

    return $status;
});

is scalar(grep { $_ eq 200 } @answers), 40, '40 bills are paid, while workers are killed';

wait_for(sub { takings() == 4000 });
is takings(), 4000, 'to the takings';
is scalar(rows()), 40, 'a row each';

my @refunds = map { { $shop->call('refund.create', out_trade_no => "T$_", out_refund_no => "R$_",
                                  amount => 30) } } 1 .. 10;

@answers = $p->parallel(20, sub {
    my $n = $_[0] - 1;
    return $n < 10
        ? $p->post('/pay/refund', $refunds[$n])->{status}
        : $p->post('/operator/merchants/tea/settle', { settle_no => 's' . int($n / 2), amount => 50 },
              headers => { Authorization => 'Bearer operator-token-for-tests' })->{status};
});

is scalar(grep { $_ == 200 } @answers), 20, 'refunds, and payouts, each of these asked for twice';
wait_for(sub { takings() == 4000 - 300 - 250 });
is takings(), 4000 - 300 - 250, 'go from the takings';

my @rows = rows();
my %kind;
$kind{ (split /,/)[1] }++ for @rows;
is_deeply \%kind, { payment => 40, refund => 10, payout => 5 }, 'a row each, once'
    or diag explain \%kind;
is sum(@rows), takings(), 'and all rows are the takings';

my %known = map { $_ => 1 } @bills;
is scalar(grep { $known{ (split /,/)[2] } } @rows), 50, 'they name the bills';
$p->books_are_right;


# A day before today, of 9001 rows: workers are killed while it is made

my $yesterday = day(1);
my $merchant = key('merchant:tea');
(my $log = $merchant) =~ s/:merchant:tea$/:moved:tea:$yesterday/;
my $noon = (int((time + 8 * 3600) / 86400) - 1) * 86400_000 + 4 * 3600_000;
my ($lines, @made) = ('');

$redis->command('HSET', $merchant, 'created', $noon - 86400_000);

for my $i (1 .. 9001) {
    my $at = $noon + 1000 * int($i / 100);
    my ($kind, $no, $amount) = $i % 5 ? ('payment', '', $i) : ('refund', "-R$i", -$i);
    push @made, "$at,$kind,017-01HQVN11S0X4BVD2QR9GQ82KTS,N$i,$no,CNY,$amount";
    $lines .= POSIX::strftime('%Y-%m-%dT%H:%M:%S', gmtime($at / 1000 + 8 * 3600))
        . "+08:00,$kind,017-01HQVN11S0X4BVD2QR9GQ82KTS,N$i," . ($no && "'$no") . ",,CNY,$amount\r\n";
}

$redis->command('RPUSH', $log, splice @made, 0, 500) while @made;
$p->reload;

my $first = $p->signed($shop, '/pay/statement', date => $yesterday);
is $first->{json}{code}, 'STATEMENT_NOT_READY', 'the first call starts it';
is $first->{headers}{'retry-after'}, 1, 'and says when to come back';

my @calls = map { { $shop->call('statement.create', date => $yesterday) } } 1 .. 10;
$p->parallel(10, sub { return $p->post('/pay/statement', $calls[$_[0] - 1])->{status} });
is scalar(my @jobs = $redis->keys('phone:*:job:*')), 1, 'one job, whoever asks meanwhile';

for (1 .. 3) {
    $p->kill_worker('KILL') for 1 .. 2;
    select undef, undef, undef, 0.4;
}

my ($file, %call);

wait_for(sub {
    %call = $shop->call('statement.create', date => $yesterday);
    $file = $p->post('/pay/statement', \%call);
    return $file->{status} == 200;
});

my $sum = 0;
$sum += $_ for map { $_ % 5 ? $_ : () } 1 .. 9001;
my $back = 0;
$back += 5 * $_ for 1 .. 1800;
my $body = "time,kind,bill_id,out_trade_no,out_refund_no,payout_no,currency,amount\r\n$lines";
my $expected = "#merchant,tea\r\n#day,$yesterday\r\n#zone,+08:00\r\n#rows,9001\r\n#sha256,"
    . sha256_hex($body) . "\r\n#total,CNY,payment,7201,$sum\r\n#total,CNY,refund,1800,-$back\r\n$body";

is length($file->{content}), length $expected, 'the statement is whole';
ok $file->{content} eq $expected, 'and right, byte for byte';
is $file->{headers}{'content-type'}, 'text/csv; charset=utf-8', 'a CSV file';
like $file->{headers}{'content-disposition'}, qr/filename="statement-tea-$yesterday\.csv"/, 'with a name';
is $file->{headers}{'phone-digest'}, 'sha-256=' . sha256_hex($expected), 'and its hash';

%call = $shop->call('statement.create', date => $yesterday);
$file = $p->post('/pay/statement', \%call,
                 headers => { 'If-None-Match' => '*' });
is $file->{status}, 200, 'a POST is never "not modified"';
is length($file->{content}), length $expected, 'it gets the statement';

my %said = map { my ($n, $v) = split /=/, $_, 2;
                 s/\+/ /g, s/%([0-9A-Fa-f]{2})/chr hex $1/ge for $n, $v; ($n, $v) }
           split /&/, $file->{headers}{'phone-signed'};
is $said{sha256}, sha256_hex($expected), 'which is signed';
ok Phone::Sign::check($p->{platform}{public}, %said), 'by the platform';
ok Phone::Sign::answers(\%said, \%call), 'for this call';

is_deeply [ glob $p->dir . '/blobs/new/*' ], [], 'no half of a file is left';

my $part = $p->post('/pay/statement', { $shop->call('statement.create', date => $yesterday) },
    headers => { Range => 'bytes=1-8' });
is $part->{status}, 206, 'a part of it';
is $part->{content}, 'merchant', 'is given';

my $again = $p->signed($shop, '/pay/statement', date => $yesterday);
ok $again->{content} eq $expected, 'asked for again, it is the same';
my $left = $redis->command('PTTL', $log);
ok $left > 86400_000 && $left <= 2 * 86400_000, 'the log goes in two days';


# Another merchant has a day of its own

my $own = $p->signed($cake, '/pay/statement', date => $yesterday);
is $own->{json}{code}, 'PARAM_INVALID', 'another merchant was not there yesterday';
is $own->{json}{field}, 'date', 'by field';
is $p->signed($cake, '/pay/statement', date => day(0))->{json}{code}, 'STATEMENT_NOT_READY',
    'and today is not over';

done_testing;
