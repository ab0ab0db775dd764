# What a merchant makes a day is limited: bills, by the KiB, and bills to one number.

use lib 't/lib';
use Phone::Product;
use Phone::Merchant;

my $p = Phone::Product->new(workers => 2, http =>
    'phone_bill_day 40; phone_bill_day_payer 5;');
my $serial = 0;

sub order {
    my ($phone, %more) = @_;
    return { out_trade_no => 'T' . ++$serial, amount => 100,
             payer_phone => $phone, subject => 'tea', %more };
}

sub create {
    my ($shop, @order) = @_;
    return $p->bill($shop, %{ order(@order) });
}

# Many at a time, each signed before.

sub create_all {
    my ($shop, @phones) = @_;
    my @calls = map { { $shop->call('bill.create', %{ order($_) }) } } @phones;

    return $p->parallel(scalar @calls, sub {
        my $reply = $p->post('/pay/bill', $calls[$_[0] - 1]);
        return "$reply->{status} " . ($reply->{json}{code} || '') . ' '
               . ($reply->{json}{field} || '');
    });
}

sub tally {
    my %count;
    $count{$_}++ for @_;
    return \%count;
}

clear_of(86400, 300);


# 40 at a time where five may be

my $tea = $p->shop('tea', reply_sign => 0);

my @answers = create_all($tea, ('13800000001') x 40);

is_deeply tally(@answers),
    { '200 OK ' => 5, '429 RATE_LIMITED payer_phone' => 35 },
    '40 bills at once to one number: five are made'
    or diag explain tally(@answers);

is $p->redis->command('ZCARD', $p->redis->keys('phone:*:bills:+8613800000001')),
    5, 'and listed';

my $left = 86400 - time % 86400;
my $reply = create($tea, '13800000001');
is $reply->{status}, 429, 'one more';
like $reply->{headers}{'retry-after'}, qr/^\d+$/, 'is told when';
cmp_ok abs($reply->{headers}{'retry-after'} - $left), '<=', 60, 'it may be made: at midnight, UTC';
ok $reply->{json}{retryable}, 'and that it may be sent again';


# 40 in all

@answers = create_all($tea, map { "138000010$_" } 10 .. 59);

is_deeply tally(@answers),
    { '200 OK ' => 35, '429 RATE_LIMITED merchant_id' => 15 },
    '40 a day in all' or diag explain tally(@answers);

is create($tea, '13800000001')->{json}{field}, 'merchant_id', 'whoever it is for';


# counters: exact, and gone after the day

my @keys = sort $p->redis->keys('phone:*:made:*');
my $whole = $p->{domain} ne 'bucket';
is scalar @keys, $whole ? 2 : 37, 'a key a merchant and day, and for numbers';

is_deeply $p->redis->hash($keys[0]), { bills => 40 }, 'as many as were made';
is_deeply $p->redis->hash((grep /:\+8613800000001$/, @keys)[0]),
    { bills => $whole ? 3 : 5 },
    'and to the number that has had enough, but for what its list counts';

for my $key (@keys) {
    my $left = $p->redis->command('PTTL', $key);
    $left > 0 && $left <= (86400 + 60) * 1000 or fail "$key lives for $left ms";
}


# one merchant does not fill a number's day for others

my $rice = $p->shop('rice', reply_sign => 0);

@answers = create_all($rice, ('13800000001') x 10);

is_deeply tally(@answers),
    { '200 OK ' => $whole ? 3 : 5,
      '429 RATE_LIMITED payer_phone' => $whole ? 7 : 5 },
    'another merchant has what is not shared' or diag explain tally(@answers);


# another merchant: fields without end

my $cocoa = $p->shop('cocoa', reply_sign => 0);
my %long = (body => "\x{8336}" x 512, payer_address => "\x{8336}" x 128);

my $long = 0;
$long++ while $long < 40 && create($cocoa, '1390000' . (1000 + $long), %long)
                            ->{status} == 200;

is $long, 20, 'bills of 1958 bytes count twice';
$reply = create($cocoa, '13900009999', %long);
is $reply->{json}{code}, 'RATE_LIMITED', 'then there is no room';
is $reply->{json}{field}, 'merchant_id', 'for the merchant';

done_testing;
