# Secret fields in an envelope (PAY-9): the clients of docs/examples against the
# vectors and a real instance; envelopes that come again, many at once, off by a
# bit, for another bill; suites, and another secret.

use lib 't/lib';
use Phone::Product;
use Phone::Env qw(slurp spew temp_dir top);

use Cpanel::JSON::XS ();
use MIME::Base64 qw(encode_base64);

my $dir = temp_dir();
my $examples = top() . '/docs/examples';

is system('cc', '-Wall', '-Wextra', '-Werror', '-O1', '-o', "$dir/envelope",
          "$examples/envelope.c", '-lcrypto'), 0, 'the client in C compiles';

my %client = (C => "$dir/envelope", JS => "node $examples/envelope.mjs");

sub form {
    my (%fields) = @_;
    return join '&', map {
        my $value = $fields{$_};
        utf8::encode($value) if utf8::is_utf8($value);
        $value =~ s/([^A-Za-z0-9_.~-])/sprintf '%%%02X', ord $1/ge;
        "$_=$value";
    } sort keys %fields;
}

# What the client sends: its body.

sub sealed {
    my ($language, $phone, $service, $outside, $inside, %o) = @_;

    spew("$dir/in", form(%$outside) . "\n" . form(%$inside) . "\n");
    local $ENV{PHONE_ENVELOPE_KEY} = $phone->{key};
    local $ENV{PHONE_ENVELOPE_IV} = $o{iv} if defined $o{iv};
    my $time = $o{time} || time;
    my $out = `$client{$language} $phone->{key_suite} $phone->{key_id} $time '$phone->{number}' $service < $dir/in`;
    chomp $out;
    return $out;
}


# The vectors

my $vectors = Cpanel::JSON::XS::decode_json(slurp(top() . '/docs/vectors.json'))->{envelopes};

for my $language (sort keys %client) {
    my @wrong = grep {
        my $v = $_;
        my $phone = { key => encode_base64(pack('H*', $v->{key}), ''), key_suite => $v->{suite},
                      key_id => $v->{key_id}, number => $v->{number} };
        my $body = sealed($language, $phone, $v->{service}, $v->{outside}, $v->{inside},
                          iv => $v->{iv}, time => $v->{time});
        $body !~ /\bsecure=\Q$v->{secure}\E&mac=\Q$v->{mac}\E$/;
    } @$vectors;
    is scalar(@$vectors), 14, "$language: all vectors";
    is_deeply [map { $_->{name} } @wrong], [], "$language: are sealed as others do";
}


# Bills are paid

clear_of(86400, 120);
my $p = Phone::Product->new(workers => 2, http => 'phone_lease 3s;');
my $shop = $p->shop('tea', reply_sign => 0);
my $li = $p->payer('13800000001', 100000);
my $wang = $p->payer('13800000002', 100000);
my $serial = 0;
my $card = $li->{cards}[0];

sub new_bill {
    my ($who) = @_;
    my $order = 'T' . ++$serial;
    return patient { $p->bill($shop, out_trade_no => $order, amount => 100,
                              payer_phone => ($who || $li)->{phone}, subject => 'tea') }->{json}{bill_id};
}

# A phone logs in, and gets the key of its session.

sub phone_of {
    my ($who, $suite) = @_;
    patient { $p->login($who) };
    my $once = sprintf '%s-%020d', 'once', ++$serial;
    my $reply = $p->post('/me/envelope', { suite => $suite, once => $once, pin => '271828' },
        cookie => $who->{cookie});
    return { %{ $reply->{json} }, status => $reply->{status}, number => "+86$who->{phone}",
             cookie => $who->{cookie}, once => $once };
}

sub send_body {
    my ($phone, $bill, $body) = @_;
    my $reply = $p->post("/pay/bills/$bill/pay", $body,
        headers => { 'Content-Type' => 'application/x-www-form-urlencoded' }, cookie => $phone->{cookie});
    return $reply->{json}{code};
}

# bill_id is in the path, and sealed with the rest

sub pay_body {
    my ($language, $phone, $bill, $pin, %more) = @_;
    my $body = sealed($language, $phone, 'bill.pay', { bill_id => $bill, card_id => $card, %more },
                      { pin => $pin || '271828' });
    $body =~ s/bill_id=[^&]*&//;
    return $body;
}

my %phone = (1 => phone_of($li, 1));
is $phone{1}{status}, 200, 'a phone with 3DES';

my $bill;
for my $language (sort keys %client) {
    $bill = new_bill();
    is send_body($phone{1}, $bill, pay_body($language, $phone{1}, $bill)), 'OK', "$language: paid with 3DES";
}

$phone{2} = phone_of($li, 2);
for my $language (sort keys %client) {
    $bill = new_bill();
    is send_body($phone{2}, $bill, pay_body($language, $phone{2}, $bill)), 'OK',
        "$language: paid with AES-256-GCM";
}

$bill = new_bill();
is send_body($phone{1}, $bill, pay_body('C', $phone{1}, $bill)), 'ENVELOPE_NEEDED',
    'and 3DES is over for that number';
isnt $phone{1}{key}, $phone{2}{key}, 'each session has a key of its own';


# What must not work

my $body = pay_body('C', $phone{2}, $bill);
my $other = new_bill();
is send_body($phone{2}, $other, $body), 'ENVELOPE_INVALID', 'another bill';
is send_body($phone{1}, $bill, $body), 'ENVELOPE_INVALID', 'another session of the number';
my $mac = substr $body, -1;
is send_body($phone{2}, $bill, $body =~ s/.$/{ $mac eq 'A' ? 'Q' : 'A' }/er), 'ENVELOPE_INVALID', 'a bit off';
is send_body($phone{2}, $bill, "$body&amount=100"), 'ENVELOPE_INVALID', 'a field more';
is $p->post('/pay/pin', $body, headers => { 'Content-Type' => 'application/x-www-form-urlencoded' },
            cookie => $phone{2}{cookie})->{json}{code}, 'ENVELOPE_INVALID', 'another call';
my $theirs = phone_of($wang, 2);
is send_body($theirs, $bill, $body), 'ENVELOPE_INVALID', 'from the session of somebody else';
is $p->post('/me/envelope', { once => 'x' x 22 }, cookie => $phone{2}{cookie})->{json}{code},
    'ENVELOPE_KEY_GONE', 'who has the cookie does not get the key';

my @answers = $p->parallel(30, sub { send_body($phone{2}, $bill, $body) });
is scalar(grep { $_ eq 'OK' } @answers), 1, 'thirty times at once: paid once';
is scalar(grep { /^(OK|ENVELOPE_REPLAYED)$/ } @answers), 30, 'the others were used before';

$body = pay_body('JS', $phone{2}, $other, '314159');
@answers = $p->parallel(30, sub { send_body($phone{2}, $other, $body) });
is scalar(grep { $_ eq 'PIN_WRONG' } @answers), 1, 'a wrong PIN thirty times: one try';
my ($account) = $p->redis->keys('phone:*:account:+8613800000001');
is $p->redis->hash($account)->{pin_fails}, 1, 'is counted';

$body = pay_body('C', $phone{2}, $other);
$body =~ s/(mac=.)(.)/$1 . ($2 eq 'A' ? 'B' : 'A')/e;
@answers = $p->parallel(40, sub { send_body($phone{2}, $other, $body) });
cmp_ok scalar(grep { $_ eq 'ENVELOPE_INVALID' } @answers), '<=', 5, 'many that do not open';
is scalar(grep { /^(ENVELOPE_INVALID|RATE_LIMITED)$/ } @answers), 40, 'are limited';
is $p->redis->hash($account)->{pin_fails}, 1, 'and are no tries at the PIN';
is send_body($phone{2}, $other, pay_body('C', $phone{2}, $other)), 'OK', 'one that opens is taken';


# An envelope is demanded

is $p->post('/me/envelope', { once => $phone{2}{once}, required => 1 },
            cookie => $phone{2}{cookie})->{json}{code}, 'PARAM_MISSING', 'a thief has no PIN';
is $p->post('/me/envelope', { once => $phone{2}{once}, required => 1, pin => '271828' },
            cookie => $phone{2}{cookie})->{json}{key}, $phone{2}{key}, 'no secret without an envelope';
$bill = new_bill();
is $p->pay({ cookie => $phone{2}{cookie} }, $bill, $card)->{json}{code}, 'ENVELOPE_NEEDED', 'so it is';
is send_body($phone{2}, $bill, pay_body('JS', $phone{2}, $bill)), 'OK', 'in one it goes';


# A worker dies with the answer: the same envelope is not paid twice, the same
# pay_id says what came of it.

for my $n (1 .. 3) {
    $bill = new_bill();
    my $id = "p$n";
    my @body = map { pay_body('C', $phone{2}, $bill, '271828', pay_id => $id) } 1 .. 4;
    wait_for { $p->workers == 2 };
    my ($pid) = $p->workers;
    $p->{allow_death}{$pid} = 1;
    my @said = $p->parallel(5, sub {
        my ($who) = @_;
        return kill('KILL', $pid) if $who == 5;
        return eval { send_body($phone{2}, $bill, $body[$who - 1]) } || 'lost';
    });
    my $last = patient { $p->post("/pay/bills/$bill/pay", pay_body('C', $phone{2}, $bill, '271828', pay_id => $id),
        headers => { 'Content-Type' => 'application/x-www-form-urlencoded' }, cookie => $phone{2}{cookie}) };
    is $last->{json}{status}, 'PAID', "killed, $n: paid";
}


# Another secret: the key of before still opens

$bill = new_bill();
$p->write('secret.before', slurp($p->dir . '/secret'), 0600);
$p->write('secret', 'ab' x 32, 0600);
my $conf = slurp($p->dir . '/phone.conf');
$p->write('phone.conf', $conf . 'phone_secret_file_before ' . $p->dir . '/secret.before;');
$p->reload(wait => 1);
is send_body($phone{2}, $bill, pay_body('C', $phone{2}, $bill)), 'OK', 'the old key, beside the new secret';
my $new = phone_of($li, 2);
isnt $new->{key_id}, $phone{2}{key_id}, 'a new session has a key of the new one';
$bill = new_bill();
is send_body($new, $bill, pay_body('C', $new, $bill)), 'OK', 'and pays with it';

# nothing of it is in a log or the store

my $seen = join '', map { slurp($_) } grep { -f } glob $p->dir . '/*.log';
my $store = join "\n", map { my $key = $_; ($key, $key =~ /account/ ? %{ $p->redis->hash($key) } : ()) }
                       $p->redis->keys('phone:*');
for my $secret ('271828', $phone{2}{key}, $new->{key}, $phone{2}{once}, substr($body, -60)) {
    unlike $seen, qr/\Q$secret\E/, 'a secret is in no log';
    unlike $store, qr/\Q$secret\E/, 'nor in the store';
}

$p->books_are_right;
done_testing;
