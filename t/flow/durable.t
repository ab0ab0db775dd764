# Redis is killed under load, with appendfsync always, and started again: every
# acknowledged payment is there, none twice.

use lib 't/lib';
use Phone::Product;

my $p = Phone::Product->new(workers => 2, redis => { appendfsync => 'always' });
my $shop = $p->shop('tea', reply_sign => 0);
my $payer = $p->payer('13800000001', 100000000);
my $card = $payer->{cards}[0];

my %bill;
for my $n (1 .. 120) {
    $bill{$n} = $p->bill($shop, out_trade_no => "T$n", amount => 100 + $n,
        payer_phone => $payer->{phone}, subject => 'tea')->{json}{bill_id};
}
is scalar(grep { defined } values %bill), 120, 'bills';

my $killer = fork();
if (!$killer) {
    for (1 .. 3) {
        select undef, undef, undef, 0.4;
        kill 'KILL', $p->redis->pid;
        POSIX::_exit(0);
    }
}

# four payers' clients, each with a quarter of the bills, until all have an
# answer that is final

my $restarter = fork();
if (!$restarter) {
    select undef, undef, undef, 1.2;
    POSIX::_exit(0);
}
waitpid $killer, 0;
waitpid $restarter, 0;

my @results;
{
    my $down = $p->pay($payer, $bill{1}, $card, pay_id => 'p1');
    is $down->{status}, 503, 'while it is down: 503';

    $p->redis->kill if $p->redis->can('kill');
    $p->redis->start;

    my $k = fork();
    if (!$k) {
        select undef, undef, undef, 0.5;
        kill 'KILL', $p->redis->pid;
        POSIX::_exit(0);
    }

    @results = $p->parallel(4, sub {
        my ($part) = @_;
        my %answer;
        for my $n (grep { $_ % 4 == $part - 1 } keys %bill) {
            my $reply = $p->pay($payer, $bill{$n}, $card, pay_id => "p$n");
            $answer{$n} = $reply->{status};
        }
        return \%answer;
    });
    waitpid $k, 0;
}

my %answer = map { %$_ } @results;
my @acknowledged = grep { $answer{$_} == 200 } keys %answer;
my @unknown = grep { $answer{$_} != 200 } keys %answer;
ok @acknowledged > 0, scalar(@acknowledged) . ' acknowledged before the kill';
ok @unknown > 0, scalar(@unknown) . ' not';
is scalar(grep { $answer{$_} != 503 } @unknown), 0, 'all of these 503';

$p->redis->kill if $p->redis->can('kill');
$p->redis->start;
ok wait_for(sub { $p->get('/me', cookie => $payer->{cookie})->{status} == 200 }, 15), 'up again';

my @lost = grep { $p->query($shop, out_trade_no => "T$_")->{json}{status} ne 'PAID' } @acknowledged;
is scalar @lost, 0, 'every acknowledged payment is there';

for my $n (@unknown) {
    my $reply = $p->pay($payer, $bill{$n}, $card, pay_id => "p$n");
    is $reply->{json}{status}, 'PAID', "$n: the same call again pays it";
}

my $spent = 0;
$spent += 100 + $_ for 1 .. 120;
my $cards = $p->get('/pay/cards', cookie => $payer->{cookie})->{json}{cards};
is $cards->[0]{balance}, 100000000 - $spent, 'none twice';

$p->books_are_right;

done_testing;
