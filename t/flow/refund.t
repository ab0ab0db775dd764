# PAY-12: refunds on real nginx and Redis: a hundred at a time never exceed what
# was paid, beside settlements and payments, and when workers are killed.

use POSIX ();

use lib 't/lib';
use Phone::Product;
use Phone::Merchant;

my $backend = Phone::Merchant->new;
my $p = Phone::Product->new(workers => 2, http => 'phone_pump interval=200ms; phone_lease 5s; phone_fetch_timeout 4s;');
my $shop = $p->shop('tea', reply_sign => 0, notify_url => $backend->url);
my $payer = $p->payer('13800000001', 1000000);
my ($card) = @{ $payer->{cards} };
my $token = { Authorization => 'Bearer operator-token-for-tests' };
my $orders = 0;
my $before;

# A bill that is paid, and whose money has come to the merchant.

sub paid {
    my ($amount) = @_;
    my $taken = takings();

    my $bill = $p->bill($shop, out_trade_no => 'T' . ++$orders, amount => $amount,
        payer_phone => $payer->{phone}, subject => 'tea')->{json}{bill_id};

    is $p->pay($payer, $bill, $card)->{status}, 200, "a bill over $amount is paid";
    ok wait_for(sub { takings() == $taken + $amount }), 'and the merchant has it';

    return $bill;
}

sub refund {
    my ($bill, $no, $amount, %more) = @_;

    return $p->signed($shop, '/pay/refund', bill_id => $bill, out_refund_no => $no,
                      amount => $amount, %more);
}

# A call as it will be sent, and once more while it is not known what came of
# it, signed anew each time, as merchants do.

sub calls {
    my ($bill, $no, $amount) = @_;

    return [ map {
        { $shop->call('refund.create', bill_id => $bill, out_refund_no => $no,
                      amount => $amount) }
    } 1 .. 12 ];
}

sub patiently {
    my ($calls) = @_;
    my $reply;

    for my $call (@$calls) {
        $reply = $p->post('/pay/refund', $call);
        last if $reply->{status} && $reply->{status} < 500;
        select undef, undef, undef, 0.2 + rand 0.5;
    }

    return $reply->{json} ? $reply : { content => '', json => { code => 'NONE' } };
}

sub takings {
    my $merchant = $p->get('/operator/merchants/tea', headers => $token)->{json};
    return $merchant->{takings}[0] ? $merchant->{takings}[0]{amount} : 0;
}

sub balance {
    return $p->get('/pay/cards', cookie => $payer->{cookie})->{json}{cards}[0]{balance};
}

sub shown {
    my ($bill) = @_;

    return $p->get("/pay/bills/$bill", cookie => $payer->{cookie})->{json};
}

sub tally {
    my %count;
    $count{$_}++ for @_;
    return \%count;
}


# a part, the rest, and who is told

my $live = $p->events('/live', cookie => $payer->{cookie});
my $bill = paid(1000);
$backend->wait_for(1);
$live->next for 1 .. 2;

my $reply = refund($bill, 'R1', 300, reason => 'too bitter');
is $reply->{status}, 200, 'a part is refunded' or diag $reply->{content};
is $reply->{json}{status}, 'SUCCESS', 'done';
is $reply->{json}{refunded}, 300, 'so much of the bill';
is balance(), 1000000 - 700, 'the card has it';
is takings(), 700, 'the merchant does not';
is shown($bill)->{status}, 'PARTLY_REFUNDED', 'the payer sees it';
is shown($bill)->{refunded}, 300, 'and how much';

my $event = $live->next;
is $event->{event}, 'bill.refunded', 'at once';
is $event->{json}{status}, 'PARTLY_REFUNDED', 'with the status';
is $event->{json}{refunded}, 300, 'and the sum';
$live->close;

ok $backend->wait_for(2), 'the merchant gets a notice';
my %form = %{ ($backend->requests)[-1]{form} };
ok Phone::Sign::check($p->{platform}{public}, %form), 'it is signed';
is $form{event}, 'refund', 'of a refund';
is $form{out_refund_no}, 'R1', 'its number';
is $form{refund_amount}, 300, 'its amount';
is $form{amount}, 1000, 'that of the bill';
is $form{refunded}, 300, 'the sum';
is $form{status}, 'PARTLY_REFUNDED', 'what the bill is';
is $form{reason}, 'too bitter', 'why';

is refund($bill, 'R1', 300, reason => 'too bitter')->{content}, $reply->{content},
    'the same again: the same answer';
is refund($bill, 'R1', 301)->{json}{field}, 'amount', 'another amount is refused';
is refund($bill, 'R2', 701)->{json}{left}, 700, 'more than is left as well';
is refund($bill, 'R2', 700)->{json}{bill_status}, 'REFUNDED', 'the rest';
is shown($bill)->{status}, 'REFUNDED', 'all is refunded';
is balance(), 1000000, 'the card has everything';
$p->books_are_right('after refunds');


# what was paid out cannot be refunded

$bill = paid(100);
is $p->post('/operator/merchants/tea/settle', { settle_no => 's0' }, headers => $token)->{status},
    200, 'all takings are paid out';
is refund($bill, 'N1', 1)->{json}{code},
    $p->{domain} eq 'bucket' ? 'BUSY' : 'TAKINGS_NOT_ENOUGH', 'a refund is not';
$before = balance();


# 100 at a time, of a bill that has enough for 40

$bill = paid(400);

my @calls = map { calls($bill, "P$_", 10) } 1 .. 100;
my @answers = $p->parallel(100, sub {
    my $reply = patiently($calls[$_[0] - 1]);
    return $reply->{json}{code} . ($reply->{json}{refunded} ? " $reply->{json}{refunded}" : '');
});

my $count = tally(map { (split)[0] } @answers);
is_deeply $count, { OK => 40, REFUND_EXCEEDS => 60 }, '40 of 100 are refunded'
    or diag explain tally(@answers);
is_deeply [ sort { $a <=> $b } map { (split)[1] } grep { /^OK/ } @answers ],
    [ map { 10 * $_ } 1 .. 40 ], 'each with a sum of its own';
is balance(), $before, 'the card has what it paid';
is takings(), 0, 'the merchant has nothing left';
is shown($bill)->{refunded}, 400, 'the bill says so';

@calls = map { calls($bill, 'P' . (1 + $_ % 10), 10) } 1 .. 50;
@answers = $p->parallel(50, sub { return patiently($calls[$_[0] - 1])->{json}{code} });
ok !grep({ $_ ne 'OK' && $_ ne 'REFUND_EXCEEDS' } @answers), 'again: what was answered before'
    or diag explain tally(@answers);
is balance(), $before, 'and no money';


# 60 at a time with one number: one refund; 50 parts at most

$bill = paid(400);
@calls = map { calls($bill, 'Q', 7) } 1 .. 60;
@answers = $p->parallel(60, sub { return patiently($calls[$_[0] - 1])->{content} });
is scalar keys %{ tally(@answers) }, 1, 'one number: one answer' or diag explain tally(@answers);
is balance(), $before - 393, 'one refund';

@calls = map { calls($bill, "U$_", 1) } 1 .. 80;
@answers = $p->parallel(80, sub { return patiently($calls[$_[0] - 1])->{json}{code} });
is_deeply tally(@answers), { OK => 49, REFUND_TOO_MANY => 31 }, 'fifty parts'
    or diag explain tally(@answers);
$p->books_are_right('after refunds side by side');


# settlements and payments beside refunds: the takings never fall below nothing

my @bills = map { paid(100) } 1 .. 10;
$before = balance();
my %calls = map { my $part = $_; $part => [ map { calls($_, "S$part-$_", 30) } @bills ] } 2 .. 4;

my ($settled, @refunded) = $p->parallel(4, sub {
    my ($part) = @_;

    if ($part == 1) {
        my $sum = 0;

        for (1 .. 20) {
            my $reply = $p->post('/operator/merchants/tea/settle',
                { settle_no => "s$_", amount => 37 }, headers => $token);
            $sum += 37 if $reply->{status} == 200;
        }

        return $sum;
    }

    my $sum = 0;

    for my $calls (@{ $calls{$part} }) {
        $sum += 30 if patiently($calls)->{json}{code} eq 'OK';
    }

    return $sum;
});

my $refunded = 0;
$refunded += $_ for @refunded;
my $had = 1000 + 344;

is takings(), $had - $settled - $refunded, 'what was settled and refunded has left the takings';
ok wait_for(sub { balance() == $before + $refunded }), 'and what was refunded is on the card';
$p->books_are_right('after settlements beside refunds');


# a card without room: the refusal uses up the nonce, so the same call stays
# refused when there is room (where a script may touch one bucket, the card is in another)

if (($ENV{PHONE_COMMIT_DOMAIN} || '') ne 'bucket') {
    $bill = paid(400);
    my ($full) = grep { /:card:/ } @{ $p->{redis}->command('KEYS', "*:card:$card") };
    my $balance = $p->{redis}->command('HGET', $full, 'balance');
    my %recorded = $shop->call('refund.create', bill_id => $bill, out_refund_no => 'F1', amount => 10);

    $p->{redis}->command('HSET', $full, 'balance', '999999999999999');
    my $none = $p->post('/pay/refund', \%recorded);
    is "$none->{status} $none->{json}{code}", '409 ACCOUNT_FULL', 'no room on the card';
    $p->{redis}->command('HSET', $full, 'balance', $balance);
    my $again = $p->post('/pay/refund', \%recorded);
    is "$again->{status} $again->{json}{code}", '401 NONCE_REUSED', 'the same call when there is room';
    is refund($bill, 'F1', 10)->{status}, 200, 'signed afresh it is done';
}


# workers are killed meanwhile: what was answered is so, and nothing is half done

$bill = paid(400);
$before = balance();
%calls = map { my $part = $_; $part => [ map { calls($bill, "K$part-$_", 10) } 1 .. 10 ] } 1 .. 3;

pipe my $in, my $out or die "pipe: $!\n";
my $clerks = fork();
die "fork: $!\n" unless defined $clerks;

if (!$clerks) {
    my $told = 0;

    $told += $_ for $p->parallel(3, sub {
        my ($part) = @_;
        return scalar grep { patiently($_)->{json}{code} eq 'OK' } @{ $calls{$part} };
    });

    print $out $told;
    close $out;
    POSIX::_exit(0);
}

close $out;

for (1 .. 6) {
    select undef, undef, undef, 0.1;
    $p->kill_worker;
}

my $told = <$in>;
waitpid $clerks, 0;
is $told, 30, 'all of them are answered in the end';
ok wait_for(sub { balance() == $before + 300 }), 'each once' or diag balance() - $before;
ok wait_for(sub { (shown($bill)->{refunded} || 0) == 300 }), 'and the bill says so';
ok wait_for(sub {
    my %seen = map { ($_->{form}{out_refund_no} || '') => 1 } $backend->requests;
    return !grep { !$seen{$_} } map { my $part = $_; map { "K$part-$_" } 1 .. 10 } 1 .. 3;
}), 'each is told';
$p->books_are_right('at the end');

done_testing;
