# Takings are paid out on real nginx and Redis: once, also by callers side by side,
# while payments go on, and where an account could take no more.

use lib 't/lib';
use Phone::Product;

my $p = Phone::Product->new(workers => 2, http => 'phone_pump interval=200ms;');
my $redis = $p->redis;
my $shop = $p->shop('tea', reply_sign => 0);
my $payer = $p->payer('13800000001', 1000000);
my ($card) = @{ $payer->{cards} };
my $token = { Authorization => 'Bearer operator-token-for-tests' };
my $serial = 0;

sub settle {
    my ($no, %form) = @_;

    return $p->post('/operator/merchants/tea/settle', { settle_no => $no, %form },
                    headers => $token);
}

sub bill {
    return $p->bill($shop, out_trade_no => 'T' . ++$serial, amount => 100,
        payer_phone => $payer->{phone}, subject => 'tea')->{json}{bill_id};
}

sub takings {
    my $merchant = $p->get('/operator/merchants/tea', headers => $token)->{json};
    return $merchant->{takings}[0] ? $merchant->{takings}[0]{amount} : 0;
}

# effects on their way to the merchant's bucket take a moment

sub takings_are {
    my ($expected, $name) = @_;

    wait_for(sub { takings() == $expected });
    is takings(), $expected, $name;
}


# who may

is $p->post('/operator/merchants/tea/settle', { settle_no => 's0' })->{status}, 401,
    'nobody settles without the token';
is $p->post('/operator/merchants/tea/settle', { settle_no => 's0' },
    headers => { Cookie => $payer->{cookie} })->{status}, 401, 'no payer either';
is settle('s0')->{json}{code}, 'TAKINGS_NOT_ENOUGH', 'nothing was taken yet';


# a part, and the same again

$p->pay($payer, bill(), $card) for 1 .. 5;
takings_are(500, 'five payments');

my $reply = settle('s1', amount => 200);
is_deeply $reply->{json}{settled}, [ { currency => 'CNY', amount => 200, left => 300 } ],
    'a part is settled';
is settle('s1', amount => 200)->{content}, $reply->{content}, 'the same again, the same answer';
is takings(), 300, 'and paid out once';
is settle('s1', amount => 201)->{json}{field}, 'amount', 'another amount is refused';
is settle('s2', amount => 301)->{json}{code}, 'TAKINGS_NOT_ENOUGH', 'more than is there';
$p->books_are_right('after a settlement');


# side by side, while payments go on

my @bills = map { bill() } 1 .. 40;
my ($paid, @settled) = $p->parallel(4, sub {
    my ($part) = @_;

    if ($part == 1) {
        return scalar grep { $p->pay($payer, $_, $card)->{status} == 200 } @bills;
    }

    # two of three send the same numbers

    return join ' ', grep { settle($_, amount => 30)->{status} == 200 }
        map { ($part == 4 ? 'other' : 'same') . $_ } 1 .. 30;
});

my %settled = map { $_ => 1 } map { split / / } @settled;

is $paid, 40, 'forty payments meanwhile';
takings_are(300 + 4000 - 30 * keys %settled, 'takings and what was settled are what was paid');
$p->books_are_right('after settlements side by side');


# what was paid out is listed, and fits to the balance

my ($sum, $before, %listed) = (0);

do {
    my $page = $p->signed($shop, '/pay/payouts', limit => 50, $before ? (before => $before) : ())->{json};
    $sum += $_->{amount}, $listed{ $_->{settle_no} }++ for @{ $page->{payouts} };
    $before = @{ $page->{payouts} } && $page->{next_before};
} while $before;

is_deeply \%listed, { s1 => 1, map { $_ => 1 } keys %settled }, 'each payout is listed, once';
is $p->signed($shop, '/pay/balance')->{json}{takings}, 4500 - $sum,
    'the balance is what was paid less what is listed';


# everything, of a closed merchant

$p->post('/operator/merchants/tea', { status => 'CLOSED' }, headers => $token);
is settle('last')->{json}{settled}[0]{left}, 0, 'all that is left, of a closed merchant';
is takings(), 0, 'nothing is left';
is settle('more')->{json}{code}, 'TAKINGS_NOT_ENOUGH', 'nothing to settle';
$p->post('/operator/merchants/tea', { status => 'ACTIVE' }, headers => $token);
$p->books_are_right('at the end');


# an account that is full

my ($balances) = grep { grep { /^takings:tea:/ } @{ $redis->command('HKEYS', $_) } }
                 $redis->keys('*}:balances');
my $bill = bill();

$redis->command('HSET', $balances, 'takings:tea:CNY', '9000000000000000000');

is $p->pay($payer, $bill, $card)->{json}{code}, 'ACCOUNT_FULL', 'takings can take no more'
    if $p->{domain} ne 'bucket';
is settle('full')->{json}{settled}[0]{amount}, 1000000000000000, 'one settlement';
is $p->pay($payer, $bill, $card)->{status}, 200, 'makes room';
takings_are('8999000000000000100', 'the merchant gets it');

done_testing;
