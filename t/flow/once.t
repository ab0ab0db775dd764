# Once only: the same order, the same bill, the same PIN, many at a time.

use lib 't/lib';
use Phone::Product;
use Phone::Merchant;

my $p = Phone::Product->new(workers => 2);
my $shop = $p->shop('tea', reply_sign => 0);
my $payer = $p->payer('13800000001', 100000, 100000);
my ($card, $other) = @{ $payer->{cards} };

sub tally {
    my %count;
    $count{$_}++ for @_;
    return \%count;
}


# 100 creates of one order: one bill

my %order = (out_trade_no => 'T1', amount => 100, payer_phone => '13800000001',
             subject => 'tea');

my @calls = map { { $shop->call('bill.create', %order) } } 1 .. 100;

my @answers = $p->parallel(100, sub {
    my $reply = $p->post('/pay/bill', $calls[$_[0] - 1]);
    return "$reply->{status} " . ($reply->{json}{bill_id} || $reply->{content});
});

is scalar keys %{ tally(@answers) }, 1, '100 creates: one answer'
    or diag explain tally(@answers);
like $answers[0], qr/^200 \d{3}-/, 'and it is a bill';
is scalar @{ $p->bills($payer) }, 1, 'the payer sees one';

my $bill_id = (split ' ', $answers[0])[1];

is $p->bill($shop, %order)->{json}{bill_id}, $bill_id, 'the same again';

for ([amount => 101], [payer_phone => '13800000002'], [subject => 'coffee'],
     [currency => 'USD'], [body => 'more'], [expires_in => 60])
{
    my ($field, $value) = @$_;
    my $reply = $p->bill($shop, %order, $field => $value);
    is $reply->{status}, 409, "another $field";
    is $reply->{json}{code}, 'ORDER_MISMATCH', 'is a mismatch';
    is $reply->{json}{field}, $field, 'that names the field';
}


# 100 pays of one bill, with two cards: one debit

@answers = $p->parallel(100, sub {
    my $reply = $p->pay($payer, $bill_id, $_[0] % 2 ? $card : $other);
    return $reply->{json}{code} . ' ' . ($reply->{json}{status} || '');
});

is_deeply tally(@answers), { 'OK PAID' => 1, 'BILL_PAID ' => 99 },
    '100 pays: one is told PAID, the others that it was'
    or diag explain tally(@answers);

my $cards = $p->get('/pay/cards', cookie => $payer->{cookie})->{json}{cards};
is $cards->[0]{balance} + $cards->[1]{balance}, 199900, 'one debit';

# the same, each with the same pay_id: all are told PAID

$bill_id = $p->bill($shop, %order, out_trade_no => 'T2')->{json}{bill_id};

@answers = $p->parallel(50, sub {
    return $p->pay($payer, $bill_id, $card, pay_id => 'p1')->{json}{status};
});

is_deeply tally(@answers), { PAID => 50 }, 'one pay_id: one answer';
$cards = $p->get('/pay/cards', cookie => $payer->{cookie})->{json}{cards};
is $cards->[0]{balance} + $cards->[1]{balance}, 199800, 'and one debit';

# many bills from one card, more than it holds

my @bills = map {
    $p->bill($shop, %order, out_trade_no => "M$_", amount => 30000)->{json}{bill_id}
} 1 .. 6;

@answers = $p->parallel(6, sub {
    return $p->pay($payer, $bills[$_[0] - 1], $card)->{json}{code};
});

is_deeply tally(@answers), { OK => 3, BALANCE_NOT_ENOUGH => 3 },
    'six bills, money for three' or diag explain tally(@answers);


# wrong PINs in parallel: not one answer more than the limit

my $poor = $p->payer('13800000003', 1);
my $victim = $p->bill($shop, %order, out_trade_no => 'V',
                      payer_phone => '13800000003')->{json}{bill_id};

@answers = $p->parallel(60, sub {
    my $pin = sprintf '%06d', $_[0] * 1111 + 3;
    $pin = Phone::Product::PIN if $_[0] == 60;
    return $p->pay($poor, $victim, $poor->{cards}[0], pin => $pin)->{json}{code};
});

my $count = tally(@answers);
is $count->{PIN_WRONG}, 5, 'five are told that it is wrong' or diag explain $count;
ok +($count->{BALANCE_NOT_ENOUGH} || 0) + $count->{PIN_LOCKED} == 55,
    'the others that it is locked; the right one may have been first'
    or diag explain $count;

my $locked = $p->pay($poor, $victim, $poor->{cards}[0]);
is $locked->{json}{code}, 'PIN_LOCKED', 'the right PIN does not help now';
ok $locked->{json}{until}, 'and it is said until when';

$p->books_are_right;

done_testing;
