# Cards of a bank that is asked over HTTP: a payment ends with a clear answer of
# the bank, whatever fails on the way, and no bill is paid twice.

use lib 't/lib';
use Phone::Product;
use Phone::Merchant;
use Phone::Bank;
use Phone::Env qw(slurp);

my $secret = 'a secret that the bank shares with us';
my $token = { Authorization => 'Bearer operator-token-for-tests' };
my $bank = Phone::Bank->new($secret);
my $backend = Phone::Merchant->new;
my $p = Phone::Product->new(workers => 2, stopped => 1,
    http => 'phone_pump interval=100ms; phone_lease 6s; phone_fetch_timeout 2s;'
          . ' phone_bill_day_payer 1000000;');

# The location is docs/bank.md's, but for the port.

sub configure {
    my ($location) = slurp('docs/bank.md') =~ m{(location = /bank \{.*?\n        \})}s
        or die 'no location in docs/bank.md';
    my $url = $bank->url;

    $location =~ s{proxy_pass +[^;]*}{proxy_pass $url} or die;
    $p->write('citybank.secret', "$secret\n", 0600);
    $p->configure(http => $p->{http} . " phone_bank citybank $p->{dir}/citybank.secret;"
                          . ' phone_fetch_location bank /bank;');

    my $fetch = slurp($p->dir . '/fetch.conf');
    $fetch =~ s{(access_log[^;]*;)}{$1\n$location} or die;
    $p->write('fetch.conf', $fetch);
}

configure();
$p->start;

my $shop = $p->shop('tea', reply_sign => 0, notify_url => $backend->url);
my $payer = $p->payer('13800000001', 1000);
my ($built_in) = @{ $payer->{cards} };
my $card_no = $p->card_no;
my $card = $p->operator('bank-cards', phone => $payer->{phone}, card_no => $card_no,
                        balance => 0, bank => 'citybank')->{card_id};
my $orders = 0;

sub bill {
    my (%more) = @_;
    my $order = 'B' . ++$orders;
    return patient { $p->bill($shop, out_trade_no => $order, amount => 100,
        payer_phone => $payer->{phone}, subject => 'tea', %more) }->{json}{bill_id};
}

sub shown { my ($bill) = @_; return patient { $p->get("/pay/bills/$bill", cookie => $payer->{cookie}) }->{json} }
sub status { shown($_[0])->{status} }

# The payment of a bill: id, and its record.

sub payment {
    my ($bill) = @_;
    my ($bucket) = $bill =~ /^(\d{3})/;
    my $record = $p->redis->hash("phone:{$bucket}:bill:$bill");
    my $id = $record->{next};

    ($id) = ($record->{paid} || '') =~ /bank:citybank:(\S+)/ unless $id;

    return ($id, $id ? $p->redis->hash("phone:{$bucket}:payment:$id") : {});
}

sub ends {
    my ($bill, $state) = @_;
    return wait_for(sub { ((payment($bill))[1]{state} || '') eq $state });
}

my $settled = 0;

sub taken_by_ledger {
    my $sum = $settled;

    for my $key ($p->redis->keys('phone:*:balances')) {
        $sum -= $p->redis->hash($key)->{'bank:citybank:CNY'} || 0;
    }

    return $sum;
}

sub same_books {
    my ($name) = @_;
    ok wait_for(sub { taken_by_ledger() == $bank->taken }), "$name: what the bank has taken is in the ledger"
        or diag taken_by_ledger() . ' ' . $bank->taken;
    $p->books_are_right("$name: the books are right");
}


# all is well

my $live = $p->events('/live', cookie => $payer->{cookie});
my $bill = bill();
$live->next;

$bank->behave(authorise => 'late:0.5');
my $reply = $p->pay($payer, $bill, $card, pay_id => 'p1');
is $reply->{status}, 200, 'the payment is begun' or diag $reply->{content};
is $reply->{json}{payment}, 'PENDING', 'and says so';
is $reply->{json}{status}, 'PUSHED', 'the bill is not paid yet';
is shown($bill)->{payment}, 'PENDING', 'the payer sees it';

is $p->pay($payer, $bill, $built_in)->{json}{code}, 'PAYMENT_PENDING', 'no other card';
is $p->pay($payer, $bill, $card, pay_id => 'p1')->{json}{payment}, 'PENDING', 'the same again: the same';
is $p->pay($payer, $bill, $built_in, pay_id => 'p1')->{json}{field}, 'card_id', 'not with another card';
is $p->signed($shop, '/pay/close', bill_id => $bill)->{json}{code}, 'PAYMENT_PENDING', 'the merchant cannot close it';
is $p->query($shop, bill_id => $bill)->{json}{status}, 'PUSHED', 'and sees an open bill';
is $p->post("/pay/bills/$bill/reject", {}, cookie => $payer->{cookie})->{json}{code}, 'PAYMENT_PENDING',
    'the payer cannot reject it';
is $p->post("/pay/bills/$bill/delegate", { phone => '13800000002' }, cookie => $payer->{cookie})->{json}{code},
    'PAYMENT_PENDING', 'nor hand it on';

my $event = $live->next;
is $event->{event}, 'bill.paid', 'the payer hears the end';
is $event->{json}{status}, 'PAID', 'it is paid';
ok $backend->wait_for(1), 'the merchant is told';
is(($backend->requests)[-1]{form}{status}, 'PAID', 'the same');
ok ends($bill, 'CAPTURED'), 'and the bank captures it';

my ($id, $record) = payment($bill);
is $bank->book($id)->{captures}, 1, 'once';
is $bank->book($id)->{card_no}, $card_no, 'from that card';

# an answer that a busy machine takes two seconds for is asked after

is_deeply [ grep { $_ ne 'bank.query' } map { $_->{form}{service} } $bank->requests ],
    [qw(bank.authorise bank.capture)], 'two questions';
is((($bank->requests)[0]{headers}{'phone-bank'}), 'citybank', 'which bank');
is $p->pay($payer, $bill, $card, pay_id => 'p1')->{json}{status}, 'PAID', 'the same again: paid';
same_books('paid');

ok !grep({ index(slurp($_), $card_no) >= 0 } glob($p->dir . '/logs/*.log'), glob($p->dir . '/*.log')),
    'the card number is in no log';
ok !grep({ my $k = $_; index($k, $card_no) >= 0 || grep { index($_, $card_no) >= 0 }
           eval { %{ $p->redis->hash($k) } } } $p->redis->keys('*')), 'nor in the store';


# declined: the bill is free again, and paid with another card

$bill = bill();
$live->next;
$bank->behave(authorise => 'decline');
is $p->pay($payer, $bill, $card)->{json}{payment}, 'PENDING', 'a payment that is declined';
$event = $live->next;
is $event->{event}, 'bill.pay_failed', 'the payer hears it';
is $event->{json}{status}, 'PUSHED', 'the bill is open';
is $p->pay($payer, $bill, $built_in)->{json}{status}, 'PAID', 'and paid with another card';
$live->close;
same_books('declined');


# the card has not enough

$bank->fund($card_no => 99);
$bill = bill();
$p->pay($payer, $bill, $card);
ok wait_for(sub { !shown($bill)->{payment} }), 'the card has not enough';
is status($bill), 'PUSHED', 'the bill is open';
$bank->fund($card_no => 100);
$p->pay($payer, $bill, $card);
ok ends($bill, 'CAPTURED'), 'with the same card, when it has';
$bank->fund($card_no => 1000000);


# each failure of each question, before it is done and after

for (['lost', 'lost'], ['refuse', 'refuse'], ['500', '500'], ['done:500', 'done:500'], ['junk', 'junk'],
     ['forged', 'forged'], ['nonce', 'nonce'], ['late:3', 'late:3'], ['refuse', 'lost', 'lost', 'refuse'])
{
    my ($authorise, $capture, @queries) = @$_;

    $bill = bill();
    $bank->behave(authorise => $authorise, capture => $capture, query => @queries);
    $p->pay($payer, $bill, $card);
    ok ends($bill, 'CAPTURED'), "authorise and capture fail: $authorise" or diag explain payment($bill);
    is status($bill), 'PAID', 'it is paid all the same';
    ($id) = payment($bill);
    is $bank->book($id)->{captures}, 1, 'once';
}

for my $how ('lost', 'refuse', '500', 'junk', 'forged', 'late:3') {
    $bill = bill();
    $bank->behave(authorise => 'decline', void => $how, $how);
    $p->pay($payer, $bill, $card);
    ($id) = payment($bill);
    ok wait_for(sub { !shown($bill)->{payment} }), "void fails: $how";
    is status($bill), 'PUSHED', 'the bill is open';
    is $bank->book($id)->{status}, 'VOIDED', 'when the bank has said that the payment is dead';
}

same_books('after failures');


# a bank that contradicts itself

$bill = bill();
$bank->behave(authorise => 'amount');
$p->pay($payer, $bill, $card);
($id) = payment($bill);
ok wait_for(sub { !shown($bill)->{payment} }), 'another amount is approved: the payment ends';
is $bank->book($id)->{status}, 'VOIDED', 'voided';
$p->books_are_right('an operator has nothing to do');

$bill = bill();
$bank->behave(capture => 'says:DECLINED');
$p->pay($payer, $bill, $card);
ok ends($bill, 'STOPPED'), 'a capture is declined';
is status($bill), 'PAID', 'the bill stays paid';
($id, $record) = payment($bill);
is $record->{reason}, 'DECLINED', 'it is written down';
is $record->{stopped_in}, 'CAPTURING', 'and where';
my $check = $p->check->{json};
is_deeply $check->{faults}, [ { what => 'payment_unclear', where => "payment:$id" } ], 'operators are shown it';
ok !$check->{ok}, 'as something that is wrong';
like $p->get('/metrics', headers => $token)->{content}, qr/^phone_payments_unclear_total [1-9]/m, 'and counted';
ok wait_for(sub { taken_by_ledger() == $bank->taken }), 'the bank has captured it all the same';

sub listed { my $all = patient { $p->get('/operator/payments', headers => $token) }->{json};
             return map { $_->{payment_id} } @{ $all->{payments} } }

sub resume { $p->operator("payments/$_[0]/resume")->{state} }

is_deeply [listed()], [$id], 'it is listed';
$bank->behave(query => 'says:DECLINED');
is resume($id), 'CAPTURING', 'it is resumed';
ok wait_for(sub { (payment($bill))[1]{state} eq 'STOPPED' }), 'the bank says the same: it stops again';

my $questions = $bank->requests;
$bank->behave(query => 'late:0.3', 'late:0.3', 'late:0.3');
my @states = $p->parallel(20, sub { srand; resume($id) });
is scalar(grep { /^CAPTUR(?:ING|ED)$/ } @states), 20, 'twenty operators resume it';
$p->kill_worker;
ok ends($bill, 'CAPTURED'), 'a worker is killed, and it is captured';
ok !grep({ $_->{form}{service} eq 'bank.authorise' } ($bank->requests)[$questions .. $bank->requests - 1]),
    'the bank is asked for no other payment';
is(($bank->requests)[$questions]{form}{service}, 'bank.query', 'but for the outcome, first');
is $bank->book($id)->{captures}, 1, 'once';
is resume($id), 'CAPTURED', 'once more: it is over';
is_deeply [listed()], [], 'nothing is listed';
$p->books_are_right('an operator has nothing to do any more');

$bill = bill();
$bank->behave(authorise => 'decline', void => 'says:REFUNDED');
$p->pay($payer, $bill, $card);
ok ends($bill, 'STOPPED'), 'a void that is said to be refunded';
is shown($bill)->{payment}, 'PENDING', 'the bill waits';
is $p->signed($shop, '/pay/close', bill_id => $bill)->{json}{code}, 'PAYMENT_PENDING', 'nobody ends it';
resume((payment($bill))[0]);
ok wait_for(sub { !shown($bill)->{payment} }), 'resumed: the bill is free';
is $p->pay($payer, $bill, $built_in)->{json}{status}, 'PAID', 'and another card pays';


# refunds

$bill = bill();
$p->pay($payer, $bill, $card);
ok ends($bill, 'CAPTURED'), 'a bill to be refunded';

my $refunds = 0;

for my $how ('ok', 'lost', 'refuse', '500', 'done:500', 'junk') {
    my $before = $bank->taken;
    $bank->behave(refund => $how, $how);
    $reply = $p->signed($shop, '/pay/refund', bill_id => $bill, out_refund_no => 'R' . ++$refunds, amount => 10);
    is $reply->{json}{status}, 'SUCCESS', "a refund: $how" or diag $reply->{content};
    ok wait_for(sub { $bank->taken == $before - 10 }), 'comes to the bank';
    ok wait_for(sub { taken_by_ledger() == $bank->taken }), 'and is booked';
}

is scalar(grep { $_->{refunds} } values %{ $bank->held }), $refunds, 'each once';

$bank->behave(refund => 'says:DECLINED');
$p->signed($shop, '/pay/refund', bill_id => $bill, out_refund_no => 'R' . ++$refunds, amount => 10);
ok wait_for(sub { scalar listed() == 1 }), 'a refund that the bank is said to decline is stopped';
ok !defined((grep { $_->{card_id} eq $card }
             @{ $p->get('/pay/cards', cookie => $payer->{cookie})->{json}{cards} })[0]{balance}),
    'it is no balance of the card';
resume(listed());
ok wait_for(sub { taken_by_ledger() == $bank->taken }), 'resumed: it is booked';
is scalar(grep { $_->{refunds} } values %{ $bank->held }), $refunds, 'and made once';
is_deeply [listed()], [], 'nothing is left';


# workers are killed

my @bills = map { bill() } 1 .. 12;

for my $n (0 .. $#bills) {
    $bank->behave((authorise => 'late:0.2', 'lost', capture => 'late:0.2', 'lost') x 2);
    $p->pay($payer, $bills[$n], $card);
    select undef, undef, undef, 0.15;
    $p->kill_worker if $n % 2;
}

$bank->behave;

for my $bill (@bills) {
    my $pending = wait_for(sub { status($bill) eq 'PAID' || !shown($bill)->{payment} });
    ok $pending, 'it has an end';
}

my @paid = grep { status($_) eq 'PAID' } @bills;
ok @paid >= 10, scalar(@paid) . ' of 12 are paid';
ok !grep({ !ends($_, 'CAPTURED') } @paid), 'and captured';
ok !grep({ $_->{captures} > 1 } values %{ $bank->held }), 'none twice';
ok !grep({ $_->{status} eq 'APPROVED' } values %{ $bank->held }), 'nothing is reserved for ever';
ok wait_for(sub { taken_by_ledger() == $bank->taken }), 'the bank has what the ledger says';


# the bank is down: the bill waits, and is paid when it is there again

$bill = bill();
$bank->behave(authorise => 'refuse', query => ('refuse') x 2);
$p->pay($payer, $bill, $card);
select undef, undef, undef, 1.5;
is shown($bill)->{payment}, 'PENDING', 'the bank is down: the bill waits';
ok ends($bill, 'CAPTURED'), 'and is paid later';
ok wait_for(sub { grep { $_->{form}{bill_id} eq $bill } $backend->requests }), 'and the merchant is told';

# the bank pays what it owes

sub settle {
    my ($no, %more) = @_;
    my $reply;

    wait_for(sub {
        $reply = $p->operator('banks/citybank/settle', settle_no => $no, %more);
        return $reply->{state} ne 'RUNNING';
    });

    return $reply;
}

same_books('before the bank pays');
$reply = settle('first');
is $reply->{state}, 'DONE', 'the bank pays' or diag explain $reply;
is $reply->{settled}, $bank->taken, 'all that it has taken';
is $reply->{left}, 0, 'nothing is left';
$settled = $reply->{settled};
is settle('first')->{settled}, $settled, 'the same again is the same';
same_books('after it');

my $other = $p->operator('bank-cards', phone => $payer->{phone}, card_no => $p->card_no,
                         balance => 0, bank => 'citybank')->{card_id};
my ($large, @small) = (bill(amount => 35_156_249_999_900), bill(), bill());
patient { $p->pay($payer, $large, $other) };
ok ends($large, 'CAPTURED'), 'a large payment';
patient { $p->pay($payer, $small[0], $other) };
ok ends($small[0], 'CAPTURED'), 'and a small one';
is patient { $p->pay($payer, $small[1], $other) }->{json}{code}, 'ACCOUNT_FULL', 'then the ledger is full';
ok !exists shown($small[1])->{payment}, 'the bank is not asked';

my @settling = $p->parallel(8, sub {
    srand;
    my $reply = $p->post('/operator/banks/citybank/settle', { settle_no => 'part', amount => 100 }, headers => $token);
    return $reply->{json}{state} || $reply->{json}{code};
});
is scalar(grep { /^(?:RUNNING|DONE|BUSY)$/ } @settling), 8, 'eight at once' or diag "@settling";
$p->kill_worker;
$reply = settle('part', amount => 100);
is $reply->{settled}, 100, 'book a part once, a worker killed';
is $reply->{left}, 35_156_249_999_900, 'and know what is left';
$settled += 100;
patient { $p->pay($payer, $small[1], $other) };
ok ends($small[1], 'CAPTURED'), 'there is room for one more';
$settled += settle('all')->{settled};
same_books('all is settled');


# two payments, and room for one

my @both = (bill(amount => 35_156_249_999_950), bill());
$bank->behave(authorise => 'late:0.5', 'late:0.5');
for my $bill (@both) {
    is patient { $p->pay($payer, $bill, $other) }->{json}{payment}, 'PENDING', 'two payments at once';
}
ok wait_for(sub { !grep { shown($_)->{payment} } @both }), 'both have an end';
my @ended = grep { status($_) eq 'PAID' } @both;
is scalar(@ended), 1, 'one is paid';
ok !grep({ $_->{status} eq 'APPROVED' } values %{ $bank->held }), 'and nothing reserved for the other one';
ok ends($ended[0], 'CAPTURED'), 'captured';
$settled += settle('last')->{settled};
my ($free) = grep { status($_) eq 'PUSHED' } @both;
patient { $p->pay($payer, $free, $other) };
ok ends($free, 'CAPTURED'), 'when the bank has paid, the other one';
same_books('in the end');

done_testing;
