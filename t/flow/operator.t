# What the operator does on real nginx and Redis, with two workers that
# remember merchants: changes and closes them, resets PINs, replays notices.

use lib 't/lib';
use Phone::Product;
use Phone::Merchant;

my $backend = Phone::Merchant->new;
my $p = Phone::Product->new(workers => 2,
    http => 'phone_notice_schedule 1s; phone_pump interval=200ms;');
my $shop = $p->shop('tea', notify_url => $backend->url);
my $other = $p->shop('coffee', reply_sign => 0);
my $payer = $p->payer('13800000001', 100000);
my ($card) = @{ $payer->{cards} };
my $token = { Authorization => 'Bearer operator-token-for-tests' };

sub asks { return $p->get("/operator/$_[0]", headers => $token) }

sub does {
    my ($path, %form) = @_;

    return $p->post("/operator/$path", \%form, headers => $token);
}

sub bill {
    my ($from, $order) = @_;

    return $p->bill($from, out_trade_no => $order, amount => 100,
        payer_phone => '13800000001', subject => 'tea');
}


# nothing without the token

for my $call ([get => 'merchants'], [get => 'merchants/tea'], [post => 'merchants/tea'],
              [post => 'accounts/13800000001/pin-reset'], [post => 'merchants/tea/settle'],
              [post => 'notices/000-x.bill.1/replay'],
              [post => 'merchants/tea/notices/replay'])
{
    my ($method, $path) = @$call;
    my $reply = $method eq 'get' ? $p->get("/operator/$path")
                                 : $p->post("/operator/$path", {});
    is $reply->{status}, 401, "$method $path needs the token";
}


# merchants

is_deeply [ map { $_->{merchant_id} } @{ asks('merchants')->{json}{merchants} } ],
    ['coffee', 'tea'], 'the list, newest first';
is asks('merchants/tea')->{json}{keys}[0]{key_id}, 'k1', 'one, with its keys';
is asks('merchants/cocoa')->{status}, 404, 'no such merchant';
is does('merchants/cocoa', name => 'C')->{status}, 404, 'none to change';

my @open = map { bill($shop, "T$_")->{json}{bill_id} } 1 .. 6;

is does('merchants/tea', status => 'CLOSED')->{json}{status}, 'CLOSED', 'closed';

my %code;
$code{ bill($shop, 'N')->{json}{code} }++ for 1 .. 20;
is_deeply \%code, { MERCHANT_CLOSED => 20 }, 'no bill is made, in any worker';
is $p->query($shop, out_trade_no => 'T1')->{json}{code}, 'MERCHANT_CLOSED',
    'nor asked for';
is bill($other, 'C1')->{status}, 200, 'others go on';

%code = ();
$code{ $p->pay($payer, $open[$_ % 6], $card)->{json}{code} }++ for 1 .. 20;
is_deeply \%code, { MERCHANT_CLOSED => 20 }, 'no open bill is paid';

is does('merchants/tea', status => 'ACTIVE', name => 'Tea & more')->{json}{name},
    'Tea & more', 'open again, under another name';
is $p->pay($payer, $open[0], $card)->{status}, 200, 'now it is paid';
is bill($shop, 'T7')->{status}, 200, 'and bills are made';
is $p->bills($payer)->[0]{merchant}, 'Tea & more', 'under that name';

# closed while 40 pay: each is paid before, or not at all

my @answers = $p->parallel(10, sub {
    return does('merchants/tea', status => 'CLOSED')->{json}{status} if $_[0] == 5;
    return $p->pay($payer, $open[1 + $_[0] % 5], $card)->{json}{code};
});
is scalar(grep { !/^(?:OK|CLOSED|BILL_PAID|MERCHANT_CLOSED)$/ } @answers), 0,
    'closed while others pay' or diag explain \@answers;
is $p->pay($payer, $open[5], $card)->{json}{code} =~ /^(?:MERCHANT_CLOSED|BILL_PAID)$/, 1,
    'and after it nothing is';
does('merchants/tea', status => 'ACTIVE');
$p->books_are_right;


# a PIN

my $reset = does('accounts/13800000001/pin-reset');
is $reset->{status}, 200, 'a PIN is reset' or diag $reset->{content};
is $p->get('/me', cookie => $payer->{cookie})->{status}, 401, 'sessions have ended';
is does('accounts/13900000009/pin-reset')->{status}, 404, 'of nobody';
$p->login($payer);
ok !$p->get('/me', cookie => $payer->{cookie})->{json}{pin_set}, 'there is none';
is $p->post('/pay/pin', { pin => '314159' }, cookie => $payer->{cookie})->{status}, 200,
    'who logs in sets another';
ok wait_for(sub { $p->log =~ /operator call operator.pin_reset phone \+8613800000001 from [^:]+: OK, request \w+/ }),
    'it is in the log';
unlike $p->log, qr/314159/, 'without secrets';



# notices that nobody took

my $deaf = Phone::Merchant->new('500', '500', '500', '500', 'ok');
my $late = $p->shop('late', notify_url => $deaf->url);
my $bill_id = bill($late, 'L1')->{json}{bill_id};
is $p->pay($payer, $bill_id, $card, pin => '314159')->{status}, 200, 'paid';

sub exhausted {
    my $list = asks('notices')->{json}{notices};
    return scalar grep { $_->{notify_id} eq "$bill_id.bill.1" } @$list;
}

ok wait_for(\&exhausted, 10), 'its notice has run out of attempts';
is does("notices/$bill_id.bill.1/replay")->{json}{state}, 'PENDING', 'again';
is does("notices/$bill_id.bill.1/replay")->{status}, 200, 'twice';
is does('notices/000-x.bill.1/replay')->{status}, 404, 'there is no such notice';
ok wait_for(sub { $deaf->requests == 4 && exhausted() }),
    'two attempts more, and no third' or diag scalar $deaf->requests;

is does('merchants/coffee/notices/replay')->{json}{replayed}, 0, 'not of another';
is does('merchants/late/notices/replay')->{json}{replayed}, 1, 'all of its own';
ok wait_for(sub { $deaf->requests == 5 && !exhausted() }), 'now it is taken';
is does('merchants/late/notices/replay')->{json}{replayed}, 0, 'nothing is left';
is does("notices/$bill_id.bill.1/replay")->{status}, 404, 'nor to be sent again';

done_testing;
