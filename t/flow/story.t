# PAY-1, PAY-2, PAY-3, PAY-4, PAY-6, PAY-8: a signed bill is made, pushed,
# paid and noticed, on real nginx and Redis, from end to end.

use utf8;
use lib 't/lib';
use Phone::Product;
use Phone::Merchant;

my $backend = Phone::Merchant->new;
my $p = Phone::Product->new(redis => { appendfsync => 'always' });
my $shop = $p->shop('tea', notify_url => $backend->url);
my $payer = $p->payer('13800000001', 500, 100000);
my ($poor, $rich) = @{ $payer->{cards} };

my $me = $p->get('/me', cookie => $payer->{cookie});
is $me->{status}, 200, 'logged in';
is $me->{json}{phone}, '+8613800000001', 'the number, as E.164';
ok $me->{json}{pin_set}, 'a PIN is set';

my $live = $p->events('/live', cookie => $payer->{cookie});
is $live->status, 200, 'live events';

my $reply = $p->bill($shop, out_trade_no => 'T1', amount => 1280,
    payer_phone => '+86 138 0000 0001', subject => '茶 & cake');
is $reply->{status}, 200, 'the bill is taken' or diag $reply->{content};

my $bill = $reply->{json};
is $bill->{code}, 'OK', 'code';
is $bill->{status}, 'CREATED', 'made';
is $bill->{payer_phone}, '+8613800000001', 'the number is put in its one form';
ok Phone::Sign::check($p->{platform}{public}, %$bill), 'the reply is signed';
ok !Phone::Sign::check($p->{platform}{public}, %$bill, amount => 1),
    'and the signature covers the amount';

my $event = $live->next;
is $event->{event}, 'bill.new', 'the payer sees it live';
is $event->{json}{bill_id}, $bill->{bill_id}, 'the same bill';
is $event->{json}{amount}, 1280, 'its amount';

my ($listed) = @{ $p->bills($payer) };
is $listed->{bill_id}, $bill->{bill_id}, 'it is in the list';
is $listed->{subject}, $event->{json}{subject}, 'the same subject';

my $cards = $p->get('/pay/cards', cookie => $payer->{cookie})->{json}{cards};
is scalar @$cards, 2, 'two cards';
like $cards->[0]{number}, qr/^622202\*+\d{4}$/, 'numbers are masked';

$reply = $p->pay($payer, $bill->{bill_id}, $poor);
is $reply->{status}, 403, 'the card cannot cover it';
is $reply->{json}{code}, 'BALANCE_NOT_ENOUGH', 'and that is said';
is $p->query($shop, out_trade_no => 'T1')->{json}{status}, 'PUSHED',
    'nothing has changed';

$reply = $p->pay($payer, $bill->{bill_id}, $rich, pay_id => 'mine-1',
                 amount => 1281);
is $reply->{json}{code}, 'AMOUNT_MISMATCH', 'not what was shown';

$reply = $p->pay($payer, $bill->{bill_id}, $rich, pay_id => 'mine-1',
                 amount => 1280, payee => 'tea');
is $reply->{status}, 200, 'the other card pays' or diag $reply->{content};
is $reply->{json}{status}, 'PAID', 'PAID';

$event = $live->next;
is $event->{event}, 'bill.paid', 'seen live';
is $event->{json}{status}, 'PAID', 'as paid';
$live->close;

is $p->pay($payer, $bill->{bill_id}, $rich, pay_id => 'mine-1')->{json}{status},
    'PAID', 'the same pay_id again: the same answer';
is $p->pay($payer, $bill->{bill_id}, $rich)->{json}{code}, 'BILL_PAID',
    'without it: paid already';

ok $backend->wait_for(1), 'the merchant gets a notice';
my ($notice) = $backend->requests;
my %form = %{ $notice->{form} };
ok Phone::Sign::check($p->{platform}{public}, %form), 'it is signed';
is $form{status}, 'PAID', 'status';
is $form{out_trade_no}, 'T1', 'order number';
is $form{amount}, 1280, 'amount';
is $form{payer_phone}, '+8613800000001', 'the number, in its one form';
is $form{attempt}, 1, 'first attempt';
like $form{paid_at}, qr/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/, 'when';

$reply = $p->query($shop, bill_id => $bill->{bill_id});
is $reply->{json}{status}, 'PAID', 'query says so too';
ok Phone::Sign::check($p->{platform}{public}, %{ $reply->{json} }),
    'and is signed';

select undef, undef, undef, 1;
is scalar($backend->requests), 1, 'acknowledged: no second notice';

$cards = $p->get('/pay/cards', cookie => $payer->{cookie})->{json}{cards};
is_deeply [ sort map { $_->{balance} } @$cards ], [ 500, 98720 ],
    'the money has left one card';

$p->books_are_right;


# a number that nobody has logged in with

$reply = $p->bill($shop, out_trade_no => 'T2', amount => 100,
    payer_phone => '13900000009', subject => 'cake');
is $reply->{json}{status}, 'CREATED', 'nobody there';
ok wait_for(sub { $p->sms('+8613900000009') == 1 }), 'an SMS goes out';
like(($p->sms('+8613900000009'))[0]{text}, qr/1\.00 CNY/, 'with the amount');
ok wait_for(sub { $p->query($shop, out_trade_no => 'T2')->{json}{status}
                  eq 'PUSHED' }), 'and the bill is PUSHED';

my $new = { phone => '13900000009' };
is $p->ask_code($new)->{status}, 202,
    'a temporary password is asked for';
my $temporary = $p->code('+8613900000009', 2);
is $p->login($new, $temporary)->{status}, 200, 'and logs in';
is $p->bills($new)->[0]{out_trade_no}, 'T2', 'the bill waits there';

done_testing;
