# The master ends its socket at once, its workers end what they have begun: a
# call that comes to its end then emits a notice and texts that cannot be sent
# any more.  That is no try, and the next nginx sends them.

use lib 't/lib';
use Phone::Product;
use Phone::Merchant;

my $merchant = Phone::Merchant->new;
my $p = Phone::Product->new(workers => 2, allow => qr/fetch/,
    http => 'phone_pump interval=200ms; phone_notice_schedule 1s;');
my $shop = $p->shop('tea', notify_url => $merchant->url);
my $payer = $p->payer('13800000001', 100000);
my $redis = $p->redis;

sub half_a_payment {
    my ($no) = @_;
    my $bill = $p->bill($shop, out_trade_no => $no, amount => 100,
        payer_phone => $payer->{phone}, subject => 'tea')->{json}{bill_id};
    my $body = "card_id=$payer->{cards}[0]&pin=" . Phone::Product::PIN;
    my $socket = $p->connect;
    syswrite $socket, "POST /pay/bills/$bill/pay HTTP/1.1\r\nHost: x\r\n"
        . "Cookie: $payer->{cookie}\r\nConnection: close\r\n"
        . "Content-Type: application/x-www-form-urlencoded\r\n"
        . 'Content-Length: ' . length($body) . "\r\n\r\n" . substr $body, 0, 9;
    return { bill => $bill, socket => $socket, rest => substr $body, 9 };
}

my @begun = map { half_a_payment("q$_") } 1 .. 4;
select undef, undef, undef, 2;                   # nginx has read so much

my $fetch = "$p->{dir}/fetch.sock";
my ($master) = $p->{pid};
kill 'QUIT', $master;
ok wait_for(sub { !-e $fetch }), 'the master has closed the socket';

for my $half (@begun) {
    syswrite $half->{socket}, $half->{rest};
    my $reply = '';
    1 while sysread $half->{socket}, $reply, 4096, length $reply;
    like $reply, qr/"code":"OK"/, 'a payment that had begun is answered';
}

$p->stop;

for my $half (@begun) {
    is_deeply $p->notice($half->{bill}), {}, 'its notice was not tried';
}

is scalar($merchant->requests), 0, 'the merchant has heard nothing';

# put back, and not left to their leases: no later than in 16 s

my @due = map { @{ $redis->command('ZRANGE', $_, 0, -1, 'WITHSCORES') } }
          grep { /:due$/ } $redis->keys;
my %due = @due;
is scalar(grep { /^notice\.send / } keys %due), 4, 'each is still to be sent';
is scalar(grep { /^notice\.send / && $due{$_} > (time + 17) * 1000 } keys %due), 0,
    'soon';

$p->start;
ok $merchant->wait_for(4), 'the next nginx sends them';
ok wait_for(sub { 4 == grep { ($p->notice($_->{bill})->{state} || '') eq 'ACKED' } @begun }),
    'and they are acknowledged';
is_deeply [ map { $p->notice($_->{bill})->{attempt} } @begun ], [ 1, 1, 1, 1 ],
    'with the first try';
$p->books_are_right;

done_testing;
