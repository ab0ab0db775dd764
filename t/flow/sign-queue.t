# Signatures that are asked for at once, and room for two of them: whoever is
# told 503 BUSY has no bill.  It was made, and then the reply was not signed.

use lib 't/lib';
use Phone::Product;
use Cpanel::JSON::XS;

my $p = Phone::Product->new(workers => 1, http => "phone_compute_queue 2; phone_compute_threads 1;");
my $shop = $p->shop('tea');

my $json = Cpanel::JSON::XS->new->utf8;
my %answers;

for my $round (1 .. 5) {
    my @calls = map {
        my $order = "T$round-$_";
        my $body = $json->encode({ $shop->call('bill.create', out_trade_no => $order, amount => 100,
            payer_phone => '+8613800000001', subject => 'tea') });
        [ $order, $p->connect, "POST /pay/bill HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
            . "Content-Type: application/json\r\nContent-Length: " . length($body)
            . "\r\n\r\n$body" ];
    } 1 .. 30;

    syswrite $_->[1], $_->[2] for @calls;

    for my $call (@calls) {
        my ($order, $socket) = @$call;
        local $/;
        my ($head, $body) = split /\r\n\r\n/, <$socket>, 2;
        push @{ $answers{ $json->decode($body)->{code} } }, $order;
    }
}

cmp_ok scalar @{ $answers{OK} || [] }, '>', 4, 'some are made';
cmp_ok scalar @{ $answers{BUSY} || [] }, '>', 4, 'some find no room';
is join(' ', sort keys %answers), 'BUSY OK', 'and nothing else';

my %found;
$found{ $p->query($shop, out_trade_no => $_)->{json}{code} }++ for @{ $answers{BUSY} };
is_deeply \%found, { BILL_NOT_FOUND => scalar @{ $answers{BUSY} } }, 'there is no bill of those';

%found = ();
$found{ $p->query($shop, out_trade_no => $_)->{json}{code} }++ for @{ $answers{OK} };
is_deeply \%found, { OK => scalar @{ $answers{OK} } }, 'and one of each of the others';

# places are given back by calls that end without a signature

for (1 .. 5) {
    is $p->post('/pay/bill', { $shop->call('bill.create', out_trade_no => 'F', amount => 1,
        payer_phone => '+8613800000001', subject => 'tea'), sign => 'AAAA' })
        ->{json}{code}, 'SIGN_ERROR', 'forged';
}

like $p->get('/metrics')->{content}, qr/^phone_compute_active 0$/m, 'nothing is waited for';
is $p->bill($shop, out_trade_no => "U$_", amount => 1, payer_phone => '+8613800000001',
            subject => 'tea')->{status}, 200, 'there is room again' for 1 .. 3;

$p->books_are_right;
$p->stop;
done_testing;
