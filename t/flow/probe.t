# PAY-12: merchants' endpoints are checked on real nginx and Redis: one behind our
# own phone_notify, sloppy ones of every kind, and with workers that are killed.

use lib 't/lib';
use Phone::Product;
use Phone::Merchant;
use Phone::Sign;

my $backend = Phone::Merchant->new('ok');
my $platform = Phone::Sign::key('platform');
my $fast = Phone::Sign::key('platform', 'ed25519');

my $p = Phone::Product->new(workers => 2,
    http => 'phone_pump interval=200ms; phone_lease 12s; phone_fetch_timeout 10s;'
        . ' phone_platform_key ed25519.key e1;',
    location => join '', map { <<"END" }
        location = /shop/$_->[0] {
            phone_notify  $_->[1] merchant_id=$_->[0];
            proxy_pass    @{[ $backend->url ]};
        }
END
        ['tea', $platform->{public}], ['md5', "$platform->{public} sign_type=MD5withRSA"],
        ['fast', $fast->{public}], ['wide', "$platform->{public} skew=1h"]);

my %service;

sub check {
    my ($shop) = @_;

    my $begun = patient { $p->signed($shop, '/pay/notices/check') }->{json};
    is $begun->{code}, 'OK', 'a check' or diag explain $begun;
    my $check;

    ok wait_for(sub {
        $check = $p->signed($shop, '/pay/notices/check',
                            check_id => $begun->{check_id})->{json};
        return ($check->{state} || '') eq 'DONE';
    }), 'comes to its end' or diag explain $check;

    return $check;
}

sub grades { return join ' ', map { "$_->{probe}=$_->{result}" } @{ $_[0]{probes} } }

sub is_graded {
    my ($check, $grade, $cause, $name) = @_;

    is "$check->{grade} $check->{cause}", "$grade $cause", $name or diag explain $check;
    like $check->{advice}, qr/\w.{20}/, 'in words';
    like $check->{advice_zh}, qr/[^ -~].{5}/, 'and in Chinese';
}


# our own module is the best that there is

for my $id (qw(tea md5 fast wide)) {
    my $shop = $p->shop($id, notify_url => $p->url("/shop/$id"),
        $id eq 'md5' ? (sign_type => 'MD5withRSA') : $id eq 'fast' ? (sign_type => 'Ed25519') : ());
    my $before = () = $backend->requests;
    my $check = check($shop);

    is_graded($check, 'GOOD', 'NONE', "phone_notify of $id");
    is grades($check), 'GOOD=200 AGAIN=200 BAD_SIGN=401 CHANGED=401 OLD=401 OTHER_MERCHANT=401 REPLY=400',
        'each forged probe is refused for what is wrong with it';
    ok Phone::Sign::check($id eq 'fast' ? $fast->{public} : $platform->{public}, %$check),
        'the result is signed';

    my @came = ($backend->requests)[$before .. $before + 1];
    is scalar(() = $backend->requests), $before + 2, 'the backend gets the good ones only';
    is $came[0]{form}{notify_id}, $came[1]{form}{notify_id}, 'one notice, twice';
    is $came[1]{form}{attempt}, 2, 'its second attempt';
    ok !(grep { defined $came[0]{form}{$_} } qw(bill_id out_trade_no amount status)),
        'which tells of no payment';
}


# a secret, and an endpoint that is sloppy in every way

my @sloppy = (
    ['ok', 'UNSAFE', 'SIGN_NOT_CHECKED'],
    ['500', 'FAILED', 'STATUS'],
    ['404', 'FAILED', 'STATUS'],
    ['fail', 'FAILED', 'BODY'],
    ['text:SUCCESS', 'FAILED', 'BODY'],
    ['redirect', 'FAILED', 'REDIRECT'],
    ['close', 'FAILED', 'NO_ANSWER'],
    ['junk', 'FAILED', 'NO_ANSWER'],
    ['half', 'FAILED', 'NO_ANSWER'],
    ['huge', 'FAILED', 'NO_ANSWER'],
    ['with:200|X-Accel-Redirect: /status', 'UNSAFE', 'SIGN_NOT_CHECKED'],
);

for my $case (@sloppy) {
    my ($behavior, $grade, $cause) = @$case;
    my $sloppy = Phone::Merchant->new($behavior);
    my $shop = $p->shop('s' . ++$service{sloppy}, notify_url => $sloppy->url,
        sign_type => $service{sloppy} % 2 ? 'HMAC-SHA256' : 'RSA2');

    is_graded(check($shop), $grade, $cause, $behavior);
    is scalar(grep { $_->{uri} ne '/notice' } $sloppy->requests), 0, 'and nothing else is asked';
    $sloppy->stop;
}

# slow, but right; then nobody answers the first, and the second alone

my $slow = Phone::Merchant->new('late:2.2', ('ok') x 1, '401');
is_graded(check($p->shop('slow', notify_url => $slow->url)), 'SLOW', 'SLOW', 'slow');
$slow->behave('ok', '409', '401');
is_graded(check($p->shop('once', notify_url => $slow->url)), 'FAILED', 'REPEAT_REFUSED',
    'each notify_id once');

for my $n (2 .. 6) {
    my %cause = (2 => 'SIGN', 3 => 'DIGEST', 4 => 'TIMESTAMP', 5 => 'MERCHANT', 6 => 'EVENT');
    $slow->behave('ok', 'ok', ('401') x ($n - 2), 'ok', '401');
    is_graded(check($p->shop("one$n", notify_url => $slow->url)), 'UNSAFE',
        "$cause{$n}_NOT_CHECKED", "one forged notice is taken: $cause{$n}");
}

# nobody is there

my $gone = Phone::Merchant->new;
$gone->stop;
is_graded(check($p->shop('gone', notify_url => $gone->url)), 'FAILED', 'NO_ANSWER', 'nobody is there');


# fifty at once: one check, so many probes; and an hour's worth

clear_of(3600, 120);
my $crowd = Phone::Merchant->new('late:0.3');
my $shop = $p->shop('crowd', notify_url => $crowd->url);
my @calls = map { { $shop->call('notice.check') } } 1 .. 50;
my %begun;
$begun{$_}++ for $p->parallel(50, sub {
    my $reply = $p->post('/pay/notices/check', $calls[ $_[0] - 1 ])->{json};
    return $reply->{check_id} || $reply->{code};
});
is scalar(keys %begun), 1, 'fifty at once begin one check' or diag explain \%begun;

my ($killed) = $p->workers;
ok wait_for(sub { 2 <= $crowd->requests }), 'it is under way';
$p->{allow_death}{$killed} = 1;
kill KILL => $killed;

my ($id) = keys %begun;
my $check;
ok wait_for(sub {
    $check = $p->signed($shop, '/pay/notices/check', check_id => $id)->{json};
    return ($check->{state} || '') eq 'DONE';
}), 'and ends though its worker is killed' or diag explain $check;
is scalar @{ $check->{probes} }, 7, 'with each probe once';
cmp_ok scalar(() = $crowd->requests), '<=', 8, 'one of them may have been sent twice';

$crowd->behave('ok');
check($shop) for 2 .. 6;
is $p->signed($shop, '/pay/notices/check')->{json}{code}, 'RATE_LIMITED', 'six an hour';

$p->books_are_right;

done_testing;
