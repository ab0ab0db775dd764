# "phone_pump off": one nginx takes calls, another one runs what they put, at its
# next sweep and not when a lease is over.

use lib 't/lib';
use Phone::Product;
use Phone::Merchant;

my $pump = Phone::Product->new(http => 'phone_pump interval=200ms; phone_lease 1h;');
my $front = Phone::Product->new(http => 'phone_pump off; phone_lease 1h;', redis => 0,
                                store => 'unix:' . $pump->redis->socket);

my $backend = Phone::Merchant->new;
my $shop = $front->shop('tea', notify_url => $backend->url);
my $payer = $front->payer('13800000001', 1000);

my $bill = $front->bill($shop, out_trade_no => 1, amount => 100,
                        payer_phone => $payer->{phone}, subject => 'tea');
is $front->pay($payer, $bill->{json}{bill_id}, $payer->{cards}[0])->{status}, 200,
    'paid at the one' or diag $bill->{content};
ok $backend->wait_for(1), 'the other one tells the merchant, soon';

is $front->post('/login/code', { phone => '13800000002' })->{status}, 202,
    'a code is asked for';
ok wait_for(sub { $pump->sms('+8613800000002') == 1 }), 'the other one sends it';
is scalar(my @none = $front->sms), 0, 'and only the other one';

$pump->books_are_right;
$front->stop;
done_testing;
