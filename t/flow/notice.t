# PAY-6: notices: the schedule is kept, each is signed anew, one at a time for a
# bill, a slow merchant holds up no other, and no private address is called.

use lib 't/lib';
use Phone::Product;
use Phone::Merchant;

my $schedule = 'phone_notice_schedule 1s 1s 1s 1s 1s 1s;';
my $p = Phone::Product->new(http => "$schedule phone_pump interval=200ms;");
my $payer = $p->payer('13800000001', 1000000);
my $serial = 0;

sub paid {
    my ($shop, %more) = @_;

    my $bill = $p->bill($shop, out_trade_no => 'T' . ++$serial, amount => 100,
                        payer_phone => $payer->{phone}, subject => 'tea', %more);
    my $reply = $p->pay($payer, $bill->{json}{bill_id}, $payer->{cards}[0]);
    is $reply->{json}{status}, 'PAID', "$serial is paid"
        or diag $reply->{content};

    return $bill->{json}{bill_id};
}

sub notice_of { $p->notice($_[0]) }


# what is not "200 success" is sent again

for my $bad ('500', 'fail', 'redirect', 'junk', 'close', 'half', 'text:SUCCESS',
             'huge')
{
    my $backend = Phone::Merchant->new($bad, 'ok');
    my $shop = $p->shop('m' . ++$serial, notify_url => $backend->url);
    my $bill_id = paid($shop);

    ok $backend->wait_for(2), "$bad: sent again";
    ok wait_for(sub { (notice_of($bill_id)->{state} || '') eq 'ACKED' }),
        "$bad: then acknowledged";

    my @requests = $backend->requests;
    my ($first, $second) = map { $_->{form} } @requests;

    is $first->{notify_id}, $second->{notify_id}, "$bad: one notify_id";
    is "$first->{attempt} $second->{attempt}", '1 2', "$bad: attempts are counted";
    isnt $first->{nonce}, $second->{nonce}, "$bad: another nonce";
    isnt $first->{sign}, $second->{sign}, "$bad: another signature";
    ok Phone::Sign::check($p->{platform}{public}, %$second), "$bad: signed";

    # (when the first try began, in whole seconds: it may have come late)

    my $gap = $requests[1]{time} - $first->{timestamp};
    ok $gap > 0.85 && $gap < 20, "$bad: after about a second ($gap)";

    is scalar(grep { $_->{uri} eq '/x' } @requests), 0, "$bad: no redirect followed";
    $backend->stop;
}


# a trailing line break is fine

my $backend = Phone::Merchant->new("text:success");
my $bill_id = paid($p->shop('crlf', notify_url => $backend->url));
ok wait_for(sub { (notice_of($bill_id)->{state} || '') eq 'ACKED' }), 'success';


# nobody there

my $gone = Phone::Merchant->new;
my $gone_url = $gone->url;
$gone->stop;
$bill_id = paid($p->shop('gone', notify_url => $gone_url));
ok wait_for(sub { (notice_of($bill_id)->{attempt} || 0) >= 2 }), 'down: tried again';
ok wait_for(sub { (notice_of($bill_id)->{state} || '') eq 'EXHAUSTED' }),
    'down: exhausted at last';
is notice_of($bill_id)->{attempt}, 7, 'after as many attempts as the schedule says';

my $listed = $p->get('/operator/notices',
    headers => { Authorization => 'Bearer operator-token-for-tests' })->{json}{notices};
is scalar @$listed, 1, 'down: the operator sees it, and no other';
is "$listed->[0]{subject_id} $listed->[0]{event} $listed->[0]{merchant_id} $listed->[0]{attempt}",
    "$bill_id bill gone 7", 'what it is of';
like $listed->[0]{fields}, qr/^bill_id=$bill_id&.*&status=PAID&/, 'what it says';
is join(' ', map { $_->{result} } @{ $listed->[0]{tries} }), join(' ', ('refused') x 7),
    'and what came of each try';
like $p->get('/metrics')->{content}, qr/^phone_notices_exhausted_total 1$/m, 'it is counted';
is $p->get('/status')->{json}{notices}{exhausted}, 1, 'in the status too';


# a merchant that never answers: others are served meanwhile, and his own
# notice is never under way twice

my $silent = Phone::Merchant->new('silent');
my $mute = $p->shop('mute', notify_url => $silent->url);
my @stuck = map { paid($mute) } 1 .. 12;

my $quick = Phone::Merchant->new;
my $bright = $p->shop('bright', notify_url => $quick->url);
paid($bright) for 1 .. 5;
my $started = Time::HiRes::time();
ok $quick->wait_for(5), 'another merchant gets his at once';
cmp_ok +($quick->requests)[-1]{time} - $started, '<', 4, 'not after a time-out, 5 s';

my %under_way;
for my $request ($silent->requests) {
    my $form = $request->{form};
    push @{ $under_way{ $form->{notify_id} } }, $request->{time};
}
my @close = grep { my @t = @{ $under_way{$_} }; @t > 1 && $t[1] - $t[0] < 4 }
            keys %under_way;
is scalar @close, 0, 'one at a time for a bill';
$silent->stop;


# late is not too late

my $late = Phone::Merchant->new('late:2');
$bill_id = paid($p->shop('late', notify_url => $late->url));
ok wait_for(sub { (notice_of($bill_id)->{state} || '') eq 'ACKED' }), 'a late ack';
is scalar($late->requests), 1, 'and no second notice';


# addresses that nobody may call; the allow list holds loopback only

for my $url ('http://10.0.0.1/n', 'http://169.254.169.254/latest', 'http://[::1]:9/n',
             'http://192.168.1.1:8080/n')
{
    $bill_id = paid($p->shop('p' . ++$serial, notify_url => $url));
    ok wait_for(sub { (notice_of($bill_id)->{last} || '') eq 'address' }),
        "$url is not called" or diag explain notice_of($bill_id);
}

$p->configure(http => "$schedule phone_pump interval=200ms;");
$p->write('nginx.conf', do { local $_ = Phone::Env::slurp($p->dir . '/nginx.conf');
                             s/phone_fetch_allow [^;]*;//; $_ });
$p->reload(wait => 1);

my $local = Phone::Merchant->new;
$bill_id = paid($p->shop('local', notify_url => $local->url));
ok wait_for(sub { (notice_of($bill_id)->{last} || '') eq 'address' }),
    'without leave, loopback is not called either';
is scalar($local->requests), 0, 'not once';

$p->books_are_right;

done_testing;
