# One script may touch one bucket: whoever is answered finds all of it, and
# what is held up on its way is "try again" until it comes, never "not found".

use lib 't/lib';
use Phone::Product;
use Phone::FakeRedis;
use Phone::Redis;
use Time::HiRes ();

# No sweep for a minute: all that is seen here was run by who put it.

my $redis = Phone::Redis->new(appendfsync => 'always');
my $fake = Phone::FakeRedis->new(behavior => 'proxy', upstream => $redis->socket);
my $p = Phone::Product->new(
    redis => 0, stopped => 1, workers => 2, domain => 'bucket',
    store => 'unix:' . $fake->socket, http => 'phone_pump interval=60s;',
);
$p->{redis} = $redis;
$p->start;

my $shop = $p->shop('tea', reply_sign => 0);
my $payer = $p->payer('13800000001', 1000000);
my $card = $payer->{cards}[0];
my $serial = 0;

sub create {
    my (%more) = @_;
    return $p->bill($shop, out_trade_no => 'T' . ++$serial, amount => 100,
        payer_phone => $payer->{phone}, subject => 'tea', %more);
}

sub get {
    my ($bill_id) = @_;
    return $p->get("/pay/bills/$bill_id", cookie => $payer->{cookie});
}

sub code { $_[0]{json}{code} || $_[0]{content} }


# each call may come to another worker

my %seen;

for (1 .. 40) {
    my $bill_id = create()->{json}{bill_id} || 'none';
    my ($first) = @{ $p->bills($payer) };

    $seen{ join ' ', $first && $first->{bill_id} eq $bill_id ? 'listed' : '-',
           get($bill_id)->{status},
           code($p->query($shop, out_trade_no => "T$serial")),
           code($p->query($shop, bill_id => $bill_id)),
           code($p->pay($payer, $bill_id, $card)) }++;
}

is_deeply \%seen, { 'listed 200 OK OK OK' => 40 },
    'a bill is there for all when its merchant is answered'
    or diag explain \%seen;

create(payer_phone => '13900000009');
my $start = Time::HiRes::time();
ok wait_for(sub { $p->sms('+8613900000009') == 1 }), 'and nobody there: an SMS';
cmp_ok Time::HiRes::time() - $start, '<', 20, 'without a sweep';


# what nobody has made

my $made_up = create()->{json}{bill_id};
$made_up =~ s/(.{4})$/reverse $1 eq $1 ? '0000' : scalar reverse $1/e;

is code(get($made_up)), 'BUSY', 'it may be on its way';
is code($p->query($shop, bill_id => $made_up)), 'BUSY', 'the same for a merchant';
is code($p->pay($payer, $made_up, $card)), 'BUSY', 'and for who pays';
is code(get('018-01J00000000000000000000000')), 'BILL_NOT_FOUND',
    'long ago: there is no such bill';


# nobody knows whether the create was done

$fake->behave('proxy', upstream => $redis->socket,
              cut_reply => '^EVALSHA .*CREATED');
$start = Time::HiRes::time();
my $reply = create();
is code($reply), 'OK', 'the reply to a create is lost: the bill'
    or diag $reply->{content};
cmp_ok Time::HiRes::time() - $start, '<', 30, 'without waiting for a lease, a minute';
is get($reply->{json}{bill_id})->{status}, 200, 'which is there';


# the other bucket does not get it for now: the lease runs out, a sweep comes

$p->configure(http => 'phone_pump interval=200ms; phone_pump_events 1;');
$p->reload(wait => 1);

for my $how (qw(cut_before cut_reply)) {
    $fake->behave('proxy', upstream => $redis->socket,
                  $how => '^EVALSHA .*:posted:');

    $reply = create();
    is code($reply), 'OK', "$how of what is posted: the bill is made";

    my $bill_id = $reply->{json}{bill_id};
    my %codes;

    ok wait_for(sub {
        my @codes = map { code($_) } $p->query($shop, bill_id => $bill_id),
            $p->query($shop, out_trade_no => "T$serial"),
            $p->pay($payer, $bill_id, $card, pay_id => 'one');
        $codes{$_}++ for @codes;
        return "@codes" eq 'OK OK OK';
    }), "$how: it comes, and is paid";

    delete $codes{$_} for qw(OK BUSY STORE_UNAVAILABLE);
    is_deeply \%codes, {}, "$how: until then, try again";

    is scalar(grep { $_->{bill_id} eq $bill_id } @{ $p->bills($payer) }), 1,
        "$how: one of it";
}


# as many events as a worker may hold do not keep a call's own effects back

my @calls = map {
    { $shop->call('bill.create', out_trade_no => "P$_", amount => 100, subject => 'tea',
                  payer_phone => $payer->{phone}) }
} 1 .. 30;

my @found = $p->parallel(30, sub {
    my $made = $p->post('/pay/bill', $calls[$_[0] - 1])->{json}{bill_id};
    my $start = Time::HiRes::time();
    my $status = $made ? get($made)->{status} : 'none';
    return Time::HiRes::time() - $start < 5 ? $status : 'late';
});

is_deeply [ grep { $_ ne '200' } @found ], [],
    'one event at a time, and 30 bills at once' or diag "@found";


# paid for 40 and 2

ok wait_for(sub {
    $p->get('/pay/cards', cookie => $payer->{cookie})->{json}{cards}[0]{balance}
        == 1000000 - 42 * 100;
}), 'each debited once';

$p->books_are_right;

done_testing;
