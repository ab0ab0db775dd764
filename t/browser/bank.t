# A card whose bank is asked over HTTP: the page waits with the person, and tells what
# the bank has said, whichever arrives first, the reply or the event.

use utf8;
use lib 't/lib';
use Phone::Product;
use Phone::Bank;
use Phone::Browser;
use Phone::Env qw(slurp);

my $secret = 'a secret that the bank shares with us';
my $bank = Phone::Bank->new($secret);
my $p = Phone::Product->new(stopped => 1,
    http => 'phone_pump interval=100ms; phone_fetch_timeout 5s;');

# the location is docs/bank.md's, but for the port

my ($location) = slurp('docs/bank.md') =~ m{(location = /bank \{.*?\n        \})}s
    or die 'no location in docs/bank.md';
my $url = $bank->url;
$location =~ s{proxy_pass +[^;]*}{proxy_pass $url} or die;
$p->write('citybank.secret', "$secret\n", 0600);
$p->configure(http => $p->{http} . " phone_bank citybank $p->{dir}/citybank.secret;"
                      . ' phone_fetch_location bank /bank;');
my $fetch = slurp($p->dir . '/fetch.conf');
$fetch =~ s{(access_log[^;]*;)}{$1\n$location} or die;
$p->write('fetch.conf', $fetch);
$p->start;

my $shop = $p->shop('tea');
my $payer = $p->payer('13800000001');
$p->operator('bank-cards', phone => $payer->{phone}, card_no => $p->card_no, balance => 0, bank => 'citybank');

my $browser = Phone::Browser->new($p);
my $li = $browser->person('li');

sub bill {
    my ($no) = @_;
    return $p->bill($shop, out_trade_no => $no, amount => 1280, payer_phone => '13800000001',
                    subject => "order $no")->{json}{bill_id};
}

sub status { $p->query($shop, out_trade_no => $_[0])->{json}{status} }

sub pays {
    my ($no) = @_;
    $li->sees("order $no");
    $li->presses('Pay ¥12.80');
    $li->types('271828');
}

$li->logs_in('13800000001');
$li->listens;


# the bank takes its time: "paid" appears by itself, here and in the list

$bank->behave(authorise => 'late:2');
bill('B1');
pays('B1');
$li->sees('Waiting for the bank');
$li->sees('Show the receipt');
$li->presses('Done');
is status('B1'), 'PAID', 'it is paid';
$li->loses('Being paid');
$li->finds('.mark.good');


# the event overtakes the reply

my $second = bill('B2');
$li->sees('order B2');
$li->hold("POST /pay/bills/$second/pay", 3000);
pays('B2');
ok wait_for(sub { status('B2') eq 'PAID' }), 'it is paid before the page knows of it';
$li->sees('Show the receipt');
$li->presses('Done');
$li->loses('Being paid');


# the bank says no: after the reply, before it, and in the reply

$bank->behave(authorise => 'decline');
my $third = bill('B3');
pays('B3');
$li->sees('The bank has not made the payment');
$li->hold("POST /pay/bills/$third/pay", 3000);
$bank->behave(authorise => 'decline');
pays('B3');
$li->sees('Paying');
$li->sees('The bank has not made the payment');

my $shown = $p->get("/pay/bills/$third", cookie => $payer->{cookie})->{json};
$li->answer("POST /pay/bills/$third/pay", 200, { %$shown, payment => 'FAILED' });
pays('B3');
$li->sees('The bank has not made the payment');
is status('B3'), 'PUSHED', 'nothing is paid';

pays('B3');
$li->sees('Show the receipt');
$li->presses('Show the receipt');
$li->is_at("/app/bills/$third");
$li->sees('Paid');
is $bank->taken, 3 * 1280, 'each is paid once';

$browser->done;
$p->books_are_right;
done_testing;
