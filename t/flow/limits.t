# A hundred payments at a time never exceed the limit of a card's day.

use lib 't/lib';
use Phone::Product;

clear_of(3600, 120);
my $p = Phone::Product->new(workers => 2, http => "phone_pay_card_day 255;\nphone_bill_day_payer 1000000;");
my $shop = $p->shop('tea', reply_sign => 0);
my $li = $p->payer('13800000001', 10000, 10000);
my ($card, $other) = @{ $li->{cards} };
my $serial = 0;

sub bill { $p->bill($shop, out_trade_no => ++$serial, amount => 10, payer_phone => $li->{phone},
               subject => 'tea')->{json}{bill_id} }
sub balance { my ($id) = @_; my ($bucket) = $id =~ /^(\d{3})/;
    return $p->redis->hash("phone:{$bucket}:card:$id")->{balance} }

my @bill = map { bill() } 1 .. 100;
my @code;

# whoever is told that it is busy sends the same again

for my $round (1 .. 20) {
    @code = $p->parallel(100, sub { $p->pay($li, $bill[$_[0] - 1], $card)->{json}{code} });
    last unless grep { $_ eq 'BUSY' } @code;
}

my %n;
$n{$_}++ for @code;
is $n{LIMIT_CARD_DAY}, 75, '75 of 100 are refused' or diag join ' ', %n;
is balance($card), 10000 - 250, 'the card has paid 250 of 255';
is $p->pay($li, bill(), $card)->{json}{left}, 5, 'five are left';
is $p->pay($li, bill(), $other)->{json}{code}, 'OK', 'another card pays';

$p->books_are_right;
done_testing;
