# docs/examples against a real instance, in each language that is installed here:
# each posts a bill, verifies the reply and the notice, and takes nothing that is
# forged, or meant for something else.

use lib 't/lib';
use Phone::Product;
use Phone::Merchant;
use Phone::Env qw(slurp spew temp_dir top);

use Cpanel::JSON::XS ();

my $dir = temp_dir();
my $examples = top() . '/docs/examples';

sub installed { system("command -v $_[0] > /dev/null 2>&1") == 0 }

sub make {
    my ($tool, $command) = @_;
    return if !installed($tool);
    my $out = `$command 2>&1`;
    is $?, 0, "$tool compiles its example" or diag $out;
    return $? == 0;
}

# the one with the library: another python3 may come first

my ($python) = grep { installed($_) && system("$_ -c 'import cryptography' 2> /dev/null") == 0 }
               qw(python3 /usr/bin/python3);

$ENV{GOCACHE} = top() . '/build/cache/go';

my %run = (
    ($python ? (python => "$python $examples/merchant.py") : ()),
    (installed('node') ? (node => "node $examples/merchant.js") : ()),
    (installed('php') ? (php => "php $examples/merchant.php") : ()),
    (make('javac', "javac -d $dir $examples/Merchant.java") ? (java => "java -XX:TieredStopAtLevel=1 -XX:+UseSerialGC -cp $dir Merchant") : ()),
    (make('go', "go build -o $dir/merchant $examples/merchant.go") ? (go => "$dir/merchant") : ()),
);

ok $run{$_}, "$_ is here: make deps" for qw(python node php);

my $notices = Phone::Merchant->new;
my $p = Phone::Product->new(http => 'phone_platform_key ed25519.key e1;');
my $shop = $p->shop('tea', notify_url => $notices->url);
my $payer = $p->payer('13800000001', 1_000_000);
my $forger = Phone::Merchant->new;

$ENV{PHONE_MERCHANT} = 'tea';
$ENV{PHONE_KEY} = Phone::Sign::key('shop')->{private};
$ENV{PHONE_PLATFORM_KEY} = $p->{platform}{public};

sub run {
    my ($language, $arguments, $input) = @_;
    spew("$dir/in", $input || '');
    my $out = `$run{$language} $arguments < $dir/in 2> $dir/err`;
    return ($? >> 8, $out, slurp("$dir/err"));
}

sub takes {
    my ($language, $name, $expected, @run) = @_;
    my ($code, $out, $err) = run($language, @run);
    is "$code $out", "0 $expected\n", "$language: $name" or diag $err;
}

sub refuses {
    my ($language, $name, $why, @run) = @_;
    my ($code, $out, $err) = run($language, @run);
    isnt $code, 0, "$language: $name";
    is $out, '', "$language: says nothing";
    like $err, $why, "$language: and why";
}

# a file in which one text is another

my $vectors = slurp(top() . '/docs/vectors.json');
my $known = Cpanel::JSON::XS::decode_json($vectors);
my $counts = sprintf 'vectors: %d signed, %d replies, %d notices',
                     map { scalar @{ $known->{$_} } } qw(sign replies notices);
$known->{sign}[-1]{canonical} .= '&x=1';
spew("$dir/sign.json", Cpanel::JSON::XS::encode_json($known));
$known = Cpanel::JSON::XS::decode_json($vectors);
$known->{replies}[-1]{genuine} = $known->{replies}[-1]{genuine} ? Cpanel::JSON::XS::false : Cpanel::JSON::XS::true;
spew("$dir/reply.json", Cpanel::JSON::XS::encode_json($known));

# a key as "openssl genrsa" of OpenSSL 1.1 made it

system('openssl', 'rsa', '-traditional', '-in', $ENV{PHONE_KEY}, '-out', "$dir/pkcs1.key");
like slurp("$dir/pkcs1.key"), qr/BEGIN RSA PRIVATE KEY/, 'a key in PKCS #1';

my $seen = 0;

for my $language (sort keys %run) {
    my $order = "E-$language";
    my $bill = "bill $order 1280 +8613800000001 'tea & cake'";

    takes($language, 'the vectors', $counts, 'vectors docs/vectors.json');
    isnt((run($language, "vectors $dir/$_.json"))[0], 0, "$language: and none other")
        for qw(sign reply);

    $ENV{PHONE_URL} = $p->url;
    if ($language eq 'java') {
        local $ENV{PHONE_KEY} = "$dir/pkcs1.key";
        like((run($language, $bill))[2], qr/openssl pkcs8 -topk8/, 'java: says how to convert a key');
    } else {
        local $ENV{PHONE_KEY} = "$dir/pkcs1.key";
        like((run($language, "bill P-$language 1 +8613800000001 tea"))[1], qr/^OK /, "$language: a key in PKCS #1");
    }
    my (undef, $out) = run($language, $bill);
    like $out, qr/^OK \d{3}-[0-9A-Z]{26} CREATED$/, "$language: a bill";
    my ($id) = $out =~ /(\d{3}-\w+)/;
    refuses($language, 'who is told no', qr/not genuine: not signed: PARAM_INVALID .*amount/,
            "bill $order-0 none +8613800000001 tea");

    takes($language, 'a reply with a list', 'OK k1', 'keys');

    my $another = $p->bill($shop, out_trade_no => "X-$language", amount => 1,
                           payer_phone => $payer->{phone}, subject => 'tea');
    $forger->behave("text:$another->{content}");
    $ENV{PHONE_URL} = $forger->url('');
    refuses($language, 'a reply to another call', qr/not genuine: .*another call/, $bill);
    $forger->behave('text:<html>Bad Gateway</html>');
    refuses($language, 'no reply', qr/not genuine: the reply is not JSON/, $bill);

    is $p->pay($payer, $id, $payer->{cards}[0])->{status}, 200, "$language: it is paid";
    ok $notices->wait_for(++$seen), "$language: a notice comes";
    my $notice = ($notices->requests)[-1]{body};

    takes($language, 'a notice', "PAID $order 1280 CNY", 'notice', $notice);

    (my $forged = $notice) =~ s/\bamount=1280\b/amount=1/;
    refuses($language, 'a forged notice', qr/not genuine/, 'notice', $forged);

    $ENV{PHONE_URL} = $p->url;
    refuses($language, 'another amount', qr/^ORDER_MISMATCH amount .*order/, $bill =~ s/ 1280 / 1281 /r);
    is $p->signed($shop, '/pay/refund', out_trade_no => $order, out_refund_no => "R-$language",
                  amount => 280)->{status}, 200, "$language: a part is refunded";
    ok $notices->wait_for(++$seen), "$language: a notice comes";
    takes($language, 'a notice of a refund', "PARTLY_REFUNDED $order 1280 CNY\nrefund R-$language 280", 'notice',
          ($notices->requests)[-1]{body});

    $seen += check_of($language);
}

# the platform's own check of an endpoint: each probe is answered as it must be

sub check_of {
    my ($language) = @_;

    my $env = join ' ', map { "$_='$ENV{$_}'" } grep { /^PHONE_/ } keys %ENV;
    $notices->behave("run:$env $run{$language} notice > $dir/probe");
    my $check = $p->signed($shop, '/pay/notices/check')->{json};
    wait_for(sub {
        $check = $p->signed($shop, '/pay/notices/check', check_id => $check->{check_id})->{json};
        return ($check->{state} || '') ne 'RUNNING';
    });
    is join(' ', map { "$_->{probe} $_->{grade}" } @{ $check->{probes} }),
       'GOOD PASSED AGAIN PASSED BAD_SIGN PASSED CHANGED PASSED OLD PASSED'
       . ' OTHER_MERCHANT PASSED REPLY PASSED', "$language: the check" or diag explain $check;
    like $check->{grade}, qr/^(GOOD|SLOW)$/, "$language: its grade";
    $notices->behave('ok');

    my ($probe) = map { $_->{body} } grep { ($_->{form}{event} || '') eq 'probe' } $notices->requests;
    takes($language, 'a probe', 'nothing to do: probe', 'notice', $probe);

    return 7;
}

# while keys are replaced: the merchant has two, the platform has two

$p->operator('merchants/tea/keys', key_id => 'k2',
             public_key => slurp(Phone::Sign::key('shop2')->{public}));

for my $language (sort keys %run) {
    my $bill = "bill E-$language 1280 +8613800000001 'tea & cake'";
    my ($ours, $other) = map { Phone::Sign::key($_)->{public} } qw(platform shop2);

    $ENV{PHONE_URL} = $p->url;
    refuses($language, 'which of two keys', qr/not genuine: .*KEY_UNKNOWN There are several keys/, $bill);

    local $ENV{PHONE_KEY_ID} = 'k1';
    like((run($language, $bill))[1], qr/^OK \S+ PARTLY_REFUNDED$/, "$language: this one");

    local $ENV{PHONE_PLATFORM_KEY} = "p0:$other,p1:$ours";
    like((run($language, $bill))[1], qr/^OK \S+ PARTLY_REFUNDED$/, "$language: one of the platform's keys");

    $ENV{PHONE_PLATFORM_KEY} = "p1:$other,p2:$ours";
    refuses($language, 'a key of another id', qr/not genuine: the signature does not fit/, $bill);
    $ENV{PHONE_PLATFORM_KEY} = "p2:$ours";
    refuses($language, 'no key of that id', qr/not genuine: no key .* with this key_id/, $bill);
}

# other sign types

for my $type (qw(Ed25519 HMAC-SHA256)) {
    my $id = lc $type =~ s/-.*//r;
    my $signer = $p->shop($id, sign_type => $type, notify_url => $notices->url);
    spew("$dir/secret", "$signer->{secret}\n") if $signer->{secret};

    local $ENV{PHONE_MERCHANT} = $id;
    local $ENV{PHONE_SIGN_TYPE} = $type;
    local $ENV{PHONE_KEY} = $signer->{secret} ? "$dir/secret" : $signer->{key}{private};
    local $ENV{PHONE_PLATFORM_KEY} = $signer->{secret} ? "$dir/secret" : $p->{platform_ed25519}{public};
    delete local $ENV{PHONE_KEY_ID};
    $ENV{PHONE_URL} = $p->url;

    for my $language (sort keys %run) {
        my $order = "$id-$language";
        my (undef, $out) = run($language, "bill $order 1280 +8613800000001 'tea & cake'");
        like $out, qr/^OK \d{3}-[0-9A-Z]{26} CREATED$/, "$language: a bill by $type";
        my ($bill) = $out =~ /(\d{3}-\w+)/;
        is $p->pay($payer, $bill, $payer->{cards}[0])->{status}, 200, "$language: it is paid";
        ok $notices->wait_for(++$seen), "$language: a notice comes";
        my $notice = ($notices->requests)[-1]{body};
        like $notice, qr/&sign_type=$type/, "$language: by $type";
        takes($language, "a notice by $type", "PAID $order 1280 CNY", 'notice', $notice);
        (my $forged = $notice) =~ s/\bamount=1280\b/amount=1/;
        refuses($language, "a forged notice by $type", qr/not genuine/, 'notice', $forged);

        local $ENV{PHONE_SIGN_TYPE} = 'RSA2';
        local $ENV{PHONE_KEY} = Phone::Sign::key('shop')->{private};
        local $ENV{PHONE_PLATFORM_KEY} = $p->{platform}{public};
        refuses($language, "who agreed on RSA2", qr/not genuine/, 'notice', $notice);
    }
}

# the answer of GET /pay/keys

if ($run{python}) {
    spew("$dir/keys.json", $p->get('/pay/keys')->{content});
    $ENV{PHONE_URL} = $p->url;
    $ENV{PHONE_KEY_ID} = 'k1';
    $ENV{PHONE_PLATFORM_KEY} = "$dir/keys.json";
    like((run('python', "bill E-python 1280 +8613800000001 'tea & cake'"))[1],
         qr/^OK \S+ PARTLY_REFUNDED$/, "python: the platform's own list");
}

$_->stop for $notices, $forger;
$p->books_are_right;
$p->stop;
done_testing;
