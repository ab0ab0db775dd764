# PAY-6: a merchant's answer is read and never obeyed: whatever it says, nothing
# else of this nginx is reached, and a redirect of any kind is no "success".

use lib 't/lib';
use Phone::Product;
use Phone::Env qw(slurp);
use Phone::Merchant;

my $p = Phone::Product->new(workers => 1,
    http => 'phone_notice_schedule 1h; phone_pump interval=200ms;');
my $payer = $p->payer('13800000001', 1000000);
my ($bait, $shop) = map { Phone::Merchant->new } 1, 2;
my $serial = 0;

# What the platform makes of such an answer.

sub met {
    my ($behavior) = @_;

    $shop->behave($behavior);
    my $seller = $p->shop('m' . ++$serial, notify_url => $shop->url);
    my $bill = $p->bill($seller, out_trade_no => $serial, amount => 100,
        payer_phone => $payer->{phone}, subject => 'tea')->{json}{bill_id};
    $p->pay($payer, $bill, $payer->{cards}[0]);
    wait_for { ($p->notice($bill) || {})->{last} };
    my $notice = $p->notice($bill);
    return join ' ', map { defined $_ ? $_ : '-' } @$notice{qw(state last)};
}

my @headers = map { "with:200|$_" } 'X-Accel-Redirect: /internal/x',
    'X-Accel-Redirect: /said', 'X-Accel-Redirect: @named',
    'X-Accel-Redirect: /internal/x?a=b|X-Accel-Buffering: yes|X-Accel-Expires: 60',
    'X-Accel-Redirect: ../internal/x';


# the shipped configuration: such headers are ignored

is met('ok'), 'ACKED 200', 'an answer';
is met($_), 'ACKED 200', "$_: is not looked at" for @headers,
    map { "with:200|$_" } 'X-Accel-Limit-Rate: 1', 'X-Accel-Charset: x',
    'X-Accel-Expires: 3600', 'X-Accel-Buffering: no', 'Set-Cookie: phone_session=x',
    'Phone-Fetch-Result: refused', 'Phone-Fetch-Result: timeout', 'Vary: *';

for my $status (300, 301, 302, 303, 304, 305, 307, 308, 399) {
    like met("with:$status|Location: " . $bait->url), qr/^(?!ACKED)\S+ $status$/, "$status is no success";
}

like met('with:200|Refresh: 0; url=' . $bait->url), qr/^(?!ACKED)\S+ 3xx$/, 'nor is Refresh';
unlike met("with:$_|X-Accel-Redirect: /said"), qr/^ACKED/, "nor $_" for 201, 202, 204, 206, 403, 500;
unlike met('with:500|Phone-Fetch-Result: answered'), qr/^ACKED/, 'nor what calls itself answered';

# what comes before an answer, which nginx may or may not pass on

for my $status (100, 103) {
    ok met("before:$status"), "$status first: an end";
}


# a configuration of the operator's own, that obeys

my $text = slurp($p->dir . '/fetch.conf');
$text =~ s/proxy_ignore_headers.*?;//s;
$text =~ s/ssi +off;/ssi on; ssi_types text\/plain;/;
my $url = $bait->url('/reached');
$text =~ s/location \/ \{/
    location \/internal\/ { internal; proxy_pass $url; }
    location \/open\/ { proxy_pass $url; }
    location \/said { internal; return 200 success; }
    location \@named { return 200 success; }
    location \/ {/;
$p->write('fetch.conf', $text);
$p->reload(wait => 1);

is met('ok'), 'ACKED 200', 'it works';
is scalar($bait->requests), 0, 'nothing was reached so far';
like met($_), qr/^(?!ACKED)\S+ (?:reply|404)$/, "$_: is not obeyed" for @headers, 'with:200|X-Accel-Redirect: /open/x';
unlike met('text:<!--# include virtual="/open/x" -->'), qr/^ACKED/, 'what a page includes is not fetched';
unlike met('text:<!--# include virtual="/said" -->'), qr/^ACKED/, 'nor said';
is scalar($bait->requests), 0, 'nothing was reached at all';
ok $p->wait_log(qr/\[warn\] .*the answer to an outbound call requests "\/internal\/x"/), 'the log says what to do';
unlike $p->log, qr/\[error\] .*returned \d+ of its own/, 'and blames the merchant';

done_testing;
