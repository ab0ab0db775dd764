# A reply to the reading of a live stream that holds no entries of a stream:
# nothing is sent for it, the connection is given up, and what is there comes.

use lib 't/lib';
use Phone::Product;
use Phone::FakeRedis;

my $fake = Phone::FakeRedis->new(behavior => 'stopped');
my $p = Phone::Product->new(workers => 1, stopped => 1, allow => qr/redis|live stream/);
$fake->behave('proxy', upstream => $p->redis->socket);
$p->configure(store => 'unix:' . $fake->socket);
$p->start;

my $payer = $p->payer('13800000001', 1000);
my $shop = $p->shop('tea');
my $live = $p->events('/live', cookie => $payer->{cookie});
is $live->status, 200, 'a client listens';

my @stray = (
    ['no id', "*1\r\n*2\r\n\$3\r\nxyz\r\n*-1"],
    ['an entry without fields', "*1\r\n*1\r\n\$3\r\n9-9"],
    ['entries in the wrong order', "*2\r\n*2\r\n\$3\r\n9-9\r\n*0\r\n*2\r\n\$3\r\n1-1\r\n*0"],
    ['numbers', "*32" . "\r\n:1" x 32],
);

for my $n (0 .. $#stray) {
    my ($name, $text) = @{ $stray[$n] };

    $fake->behave('proxy', upstream => $p->redis->socket, stray => 'XRANGE phone', text => $text);
    my $reply = patient { $p->bill($shop, out_trade_no => $n, amount => 1,
                                   payer_phone => $payer->{phone}, subject => $name) };
    is $reply->{status}, 200, "$name: a bill is made";
    my $event = $live->next;
    is $event->{json} && $event->{json}{subject}, $name, "$name: its event comes all the same";
}

my $errors = () = $p->log =~ /a live stream could not be read: not entries of a stream/g;
cmp_ok $errors, '>=', scalar @stray, 'each is logged';
unlike $p->log, qr/zero size buf/, 'nothing empty is sent';

done_testing;
