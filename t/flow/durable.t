# Redis is killed under load, with appendfsync always, and started again: every
# acknowledged payment is there, none twice.

use lib 't/lib';
use Phone::Product;

my $p = Phone::Product->new(workers => 2, redis => { appendfsync => 'always' });
my $shop = $p->shop('tea', reply_sign => 0);
my $payer = $p->payer('13800000001', 100000000);
my $card = $payer->{cards}[0];
my %bill;

for my $n (1 .. 160) {
    $bill{$n} = $p->bill($shop, out_trade_no => "T$n", amount => 100 + $n,
        payer_phone => $payer->{phone}, subject => 'tea')->{json}{bill_id};
}

is scalar(grep { defined } values %bill), 160, 'bills';


sub written {
    my $size = 0;
    $size += -s $_ || 0 for glob $p->redis->{dir} . '/appendonlydir/*.aof';
    return $size;
}


# four clients pay at once; Redis dies when some of it is on disk

my $before = written();
my $killer = fork();

if (!$killer) {
    select undef, undef, undef, 0.001 while written() < $before + 20000;
    kill 'KILL', $p->redis->pid;
    POSIX::_exit(0);
}

my %status = map { %$_ } $p->parallel(4, sub {
    my ($part) = @_;
    return {
        map { $_ => $p->pay($payer, $bill{$_}, $card, pay_id => "p$_")->{status} }
        grep { $_ % 4 == $part - 1 } sort { $a <=> $b } keys %bill
    };
});

waitpid $killer, 0;

my @acknowledged = grep { $status{$_} == 200 } keys %status;
my @unknown = grep { $status{$_} != 200 } keys %status;

ok @acknowledged > 0, @acknowledged . ' acknowledged before the kill';
ok @unknown > 0, @unknown . ' not';
is scalar(grep { $status{$_} != 503 } @unknown), 0, 'each of these 503';

$p->redis->kill;
$p->redis->start;
is patient { $p->get('/me', cookie => $payer->{cookie}) }->{status}, 200, 'up again';

my @lost = grep {
    my $order = "T$_";
    patient { $p->query($shop, out_trade_no => $order) }->{json}{status} ne 'PAID'
} @acknowledged;
is scalar @lost, 0, 'every acknowledged payment is there';

for my $n (@unknown) {
    my $reply = patient { $p->pay($payer, $bill{$n}, $card, pay_id => "p$n") };
    is $reply->{json}{status}, 'PAID', "$n: the same call again pays it"
        or diag $reply->{content};
}

my $spent = 0;
$spent += 100 + $_ for 1 .. 160;
my $cards = patient { $p->get('/pay/cards', cookie => $payer->{cookie}) }->{json}{cards};
is $cards->[0]{balance}, 100000000 - $spent, 'none twice';

$p->books_are_right;

done_testing;
