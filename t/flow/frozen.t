# A worker that stands still beyond its lease, and goes on: others have sent
# what it held, and it does not send that once more.

use lib 't/lib';
use Phone::Product;
use Phone::Merchant;

my $backend = Phone::Merchant->new('ok');
my $p = Phone::Product->new(workers => 2, log_level => 'warn',
    http => 'phone_pump interval=200ms; phone_lease 2s; phone_fetch_timeout 800ms;'
          . 'phone_pump_lane 200; phone_compute_threads 1;'
          . 'phone_bill_day_payer 100000;');
my $shop = $p->shop('tea', notify_url => $backend->url, reply_sign => 0);
my $payer = $p->payer('13800000001', 100000000);
my $serial = 0;
my ($paid, $late) = (0, 0);

my $held = qr/event is not sent: its lease has ended/;

# which worker runs an event is not for us to say

for my $round (1 .. 12) {
    last if $round > 2 && $p->log =~ $held;

    my @bills = map {
        my $order = ++$serial;
        my $reply = patient { $p->bill($shop, out_trade_no => $order, amount => 100,
            payer_phone => $payer->{phone}, subject => 'tea') };
        $reply->{json}{bill_id};
    } 1 .. 40;

    my ($frozen) = ($p->workers)[$round % 2];
    my $stopper = fork();

    if (!$stopper) {
        select undef, undef, undef, 0.05 + 0.1 * ($round % 3);
        $p->freeze_worker($frozen);
        select undef, undef, undef, 4;
        kill 'CONT', $frozen;
        POSIX::_exit(0);
    }

    my $stop = Time::HiRes::time() + 0.05 + 0.1 * ($round % 3);
    my @status = $p->parallel(8, sub {
        my ($n) = @_;
        my @got;
        for my $i (0 .. 4) {
            push @got, $p->pay($payer, $bills[8 * $i + $n - 1], $payer->{cards}[0],
                               timeout => 60)->{status};
        }
        return \@got;
    });

    waitpid $stopper, 0;
    my $cont = $stop + 4;

    # whoever got no answer asks again
    for my $bill (@bills) {
        my $reply = patient { $p->pay($payer, $bill, $payer->{cards}[0], pay_id => 'x') };
        $paid++ if $reply->{status} == 200 || ($reply->{json}{code} || '') eq 'BILL_PAID';
    }

    ok wait_for(sub {
        my %seen = map { $_->{form}{bill_id} => 1 } $backend->requests;
        !grep { !$seen{$_} } @bills;
    }), "round $round: each notice has come";
    select undef, undef, undef, 1.5;

    # sent by another one while the worker stood still, and again afterwards

    my %during;
    for my $request ($backend->requests) {
        my ($id, $at) = ($request->{form}{notify_id}, $request->{time});
        $during{$id} = 1 if $at > $stop + 0.5 && $at < $cont - 0.1;
        $late++ if $during{$id} && $at > $cont - 0.1;
    }
}

is $paid, $serial, 'every bill is paid';

# a connection that was being made when the worker was stopped sends when it goes
# on: nobody can look at the lease between the two (29 notices without the look)
cmp_ok $late, '<=', 3, 'nothing is sent by a worker whose lease was over';
like $p->log, $held, 'it held some, and says so';

$p->books_are_right;
done_testing;
