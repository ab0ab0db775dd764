# Idempotency-Key on real nginx and Redis: the same key and fields, the same
# answer, whichever worker and however many at a time.

use lib 't/lib';
use Phone::Product;

clear_of(86400, 120);
my $p = Phone::Product->new(workers => 2);
my $payer = $p->payer('13800000001', 1000);
my $first_payer = $payer;
my $operator = 'Bearer operator-token-for-tests';

sub pin {
    my ($key, %form) = @_;

    return $p->post('/pay/pin', \%form, cookie => $payer->{cookie},
        headers => { defined $key ? ('Idempotency-Key' => $key) : () });
}

sub credit {
    my ($key, %form) = @_;

    return $p->post('/operator/accounts/13800000001/credit', \%form,
        headers => { Authorization => $operator, 'Idempotency-Key' => $key });
}

my $old = Phone::Product::PIN;


# a new PIN that is sent again counted as wrong PINs, until its owner was locked

my $first = pin('new-pin', pin => '314159', old_pin => $old);
is $first->{status}, 200, 'a new PIN' or diag $first->{content};

my @answers = $p->parallel(5, sub {
    my $reply = pin('new-pin', pin => '314159', old_pin => $old);
    return "$reply->{status} $reply->{content}";
});
is_deeply [ grep { $_ ne "200 $first->{content}" } @answers ], [],
    '5 times again: the same answer';

# other PINs under the key: 10 repeats a day, with those above

my $other = pin('new-pin', pin => '314158', old_pin => $old);
is $other->{status}, 422, 'another PIN under the key';
is $other->{json}{code}, 'IDEMPOTENCY_MISMATCH', 'is another call';
is $other->{json}{field}, 'Idempotency-Key', 'by header';

pin('new-pin', pin => "31415$_", old_pin => $old) for 5 .. 8;

my $over = pin('new-pin', pin => '314159', old_pin => $old);
is $over->{json}{code}, 'RATE_LIMITED', 'the right PIN after ten repeats';
ok $over->{headers}{'retry-after'} > 0, 'and when';
is pin('new-pin', pin => '314158', old_pin => $old)->{json}{code},
    'RATE_LIMITED', 'a wrong one is told the same';

is pin(undef, pin => '314159', old_pin => $old)->{json}{code}, 'PIN_WRONG',
    'without the header it is a call of its own';


# a wrong PIN is counted once: of a number with all its repeats left

$payer = $p->payer('13800000003', 1000);

@answers = $p->parallel(10, sub {
    my $reply = pin('wrong', pin => '161803', old_pin => '000000');
    return "$reply->{status} $reply->{json}{code} $reply->{json}{remaining}";
});
is_deeply [ grep { $_ ne '403 PIN_WRONG 4' } @answers ], [],
    '10 at once under one key: one wrong PIN' or diag explain \@answers;


# the operator's credit

@answers = $p->parallel(30, sub {
    my $reply = credit('credit-1', amount => 500, credit_no => 'C1');
    return "$reply->{status} $reply->{json}{balance}";
});
is_deeply [ grep { $_ ne '200 500' } @answers ], [],
    '30 credits under one key: one' or diag explain \@answers;

is credit('credit-1', amount => 501, credit_no => 'C1')->{status}, 422,
    'another amount';
is $p->post('/operator/accounts/13800000002/credit',
    { amount => 300, credit_no => 'C1' },
    headers => { Authorization => $operator, 'Idempotency-Key' => 'credit-1' }
    )->{json}{balance}, 300, 'another number has its own keys';
is credit('credit-2', amount => 1, credit_no => 'C1')->{json}{field}, 'amount',
    'another key, the same credit_no: told by the credit';
is $p->get('/me', cookie => $first_payer->{cookie})->{json}{balance}, 500,
    'credited once';


# a list in a call before: the field of a path was taken for it, which gave 500

$p->post('/login', { x => [ 'a', 'b' ] }) for 1 .. 12;
is_deeply [ grep { $_ != 200 } map {
        $p->delete('/sessions/7', cookie => $payer->{cookie},
            headers => { 'Idempotency-Key' => "path-$_" })->{status}
    } 1 .. 6 ], [], 'a field of the path, after lists were sent';


# what is no key

is pin('x' x 65, pin => '161803', old_pin => '314159')->{json}{code},
    'PARAM_INVALID', 'too long';
is pin('', pin => '161803', old_pin => '314159')->{json}{code},
    'PARAM_INVALID', 'empty';
my $twice = $p->post('/pay/pin', { pin => '161803', old_pin => $old },
    cookie => $payer->{cookie},
    headers => { 'Idempotency-Key' => [ 'one', 'two' ] });
is $twice->{status}, 400, 'sent twice';
is $twice->{json}{code}, 'FIELD_DUPLICATE', 'is refused';
is $twice->{json}{field}, 'Idempotency-Key', 'by header';
is $p->get('/me', cookie => $payer->{cookie},
           headers => { 'Idempotency-Key' => 'new-pin' })->{status}, 200,
    'a safe call does not look at it';

$p->books_are_right;

done_testing;
