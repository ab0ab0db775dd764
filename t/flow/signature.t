# PAY-8: what is not signed right is refused, says why, and changes nothing.

use utf8;
use lib 't/lib';
use Phone::Product;

use Digest::MD5 ();
use HTTP::Tiny ();
use Cpanel::JSON::XS ();
use MIME::Base64 ();

my $p = Phone::Product->new(
    location => 'location = /pid { default_type text/plain; return 200 $pid; }');
my $shop = $p->shop('tea');
my $old = $p->shop('old', sign_type => 'MD5withRSA', key => 'shop2');

my %order = (amount => 100, payer_phone => '13800000001', subject => '茶 = tea & cake%');
my $serial = 0;

sub fields {
    return $shop->call('bill.create', %order, out_trade_no => 'T' . ++$serial, @_);
}

sub refused {
    my ($name, $code, $form, %more) = @_;
    my $reply = $p->post('/pay/bill', $form);

    is $reply->{json}{code}, $code, $name or diag $reply->{content};
    is $reply->{json}{field}, $more{field}, "$name: field" if $more{field};
    return $reply;
}

my $keys = $p->redis->command('DBSIZE');


# right ones, first

for (['JSON', sub { $_[0] }], ['a form', sub { [%{ $_[0] }] }],
     ['a form in reverse', sub {
         my $f = $_[0]; return [map { $_ => $f->{$_} } reverse sort keys %$f] }])
{
    my ($name, $as) = @$_;
    is $p->post('/pay/bill', $as->({ fields() }))->{status}, 200, $name;
}

is $p->post('/pay/bill', { fields(body => '') })->{status}, 200,
    'an empty field is as good as none';
is $p->post('/pay/bill', { fields(x_unknown => 'kept') })->{status}, 200,
    'an unknown field, signed';
is $p->post('/pay/bill', { fields(), digest => uc {fields()}->{digest} })->{json}{code},
    'DIGEST_MISMATCH', 'the digest of another call';

my %upper = fields();
$upper{digest} = uc $upper{digest};
is $p->post('/pay/bill', \%upper)->{json}{code}, 'SIGN_ERROR',
    'an upper-case digest is a digest, but it is under the signature';

is $p->signed($old, '/pay/bill', %order, out_trade_no => 'MD5')->{status}, 200,
    "MD5withRSA, where the merchant's record says so";


# any bit of any field

my %good = fields();
my %seen;

for my $name (sort keys %good) {
    my $bytes = Phone::Sign::bytes($good{$name});

    for my $at (0 .. (length $bytes > 40 ? 39 : length($bytes) - 1)) {
        my $changed = $bytes;
        substr($changed, $at, 1) ^= chr(1 << ($at % 7));
        next if $changed eq $bytes || $changed =~ /[\0"\\\x80-\xff]/;

        my $reply = $p->post('/pay/bill', [%{ { %good, $name => $changed } }]);
        $seen{ $reply->{status} }++;
        diag "$name $changed: $reply->{content}" if $reply->{status} == 200;
    }
}

is $seen{200}, undef, 'no call with a bit changed is taken';
ok $seen{401} > 80, "most for their digest or signature ($seen{401})";

my %added = fields();
refused('a field added', 'DIGEST_MISMATCH', { %added, note => 'x' });
# nothing is escaped in the text that is signed: cut at another place, the
# same signature was good for another person's bill, in another currency

my %whole = fields(body => 'tea&buyer_phone=+8613800000002');
my %cut = (%whole, body => 'tea', buyer_phone => '+8613800000002');
is Phone::Sign::canonical(\%whole), Phone::Sign::canonical(\%cut), 'one text for two calls';
refused('a field within a value', 'FIELD_AMBIGUOUS', \%whole, field => 'body');
refused('in a field that nobody knows', 'FIELD_AMBIGUOUS', { fields(x => 'y&a=1') },
        field => 'x');

my %gone = fields(body => 'goods');
delete $gone{body};
refused('a field taken away', 'DIGEST_MISMATCH', \%gone);


# the rest of the envelope

my %wrong = fields();
$wrong{amount} = 1;
delete $wrong{digest};
$wrong{digest} = Digest::MD5::md5_hex(Phone::Sign::canonical(\%wrong, 'digest'));
refused('digest right, signature wrong', 'SIGN_ERROR', \%wrong, field => 'sign');

refused('junk for a signature', 'SIGN_ERROR', { fields(), sign => '@@@@' });
refused('a signature too short', 'SIGN_ERROR', { fields(), sign => 'AAAA' });
refused('unknown merchant', 'KEY_UNKNOWN', { fields(merchant_id => 'nobody') },
        field => 'merchant_id');
refused('unknown key', 'KEY_UNKNOWN', { fields(key_id => 'k9') },
        field => 'key_id');
refused("another merchant's key", 'SIGN_ERROR',
        { $old->call('bill.create', %order, out_trade_no => 'X', merchant_id => 'tea',
                     sign_type => 'RSA2') });
like refused('the other type', 'SIGN_ERROR', { fields(sign_type => 'MD5withRSA') },
             field => 'sign_type')->{json}{reason},
    qr/another sign_type/, 'the other type: what is wrong with it';
refused('no such type', 'PARAM_INVALID', { fields(sign_type => 'HMAC') },
        field => 'sign_type');
refused('a stale time', 'TIMESTAMP_SKEW', { fields(timestamp => time - 400) });
refused('a time ahead', 'TIMESTAMP_SKEW', { fields(timestamp => time + 400) });

for my $name (qw(merchant_id service timestamp nonce sign_type digest sign
                 out_trade_no amount payer_phone subject))
{
    my %form = fields();
    delete $form{$name};
    refused("no $name", 'PARAM_MISSING', \%form, field => $name);
}

refused('an amount with a point', 'PARAM_INVALID', { fields(amount => '1.00') },
        field => 'amount');
refused('nothing to pay', 'PARAM_INVALID', { fields(amount => '0') });
refused('not a number', 'PARAM_INVALID', { fields(payer_phone => '12345') },
        field => 'payer_phone');
refused('a notify_url with a user', 'PARAM_INVALID',
        { fields(notify_url => 'http://a:b@shop.example/') });

# a call that somebody has seen is worth nothing at another address

{
    my %question = $shop->call('bill.query', %order, out_trade_no => 'S1');
    my $reply = refused('a question, sent to where bills are made', 'PARAM_INVALID',
                        \%question, field => 'service');
    is $reply->{status}, 400, 'is refused';
    like $reply->{json}{message}, qr/service=bill\.create,.*service=bill\.query:/,
        'and told what was expected and what came';
    ok !exists $reply->{json}{sign}, 'without a signature';
    is $p->query($shop, out_trade_no => 'S1')->{json}{code}, 'BILL_NOT_FOUND', 'no bill is made';

    my %bill = fields(out_trade_no => 'S2');
    is $p->post('/pay/query', \%bill)->{json}{field}, 'service', 'a bill is no question';
    is $p->post('/pay/bill', \%bill)->{status}, 200, 'its nonce is not used up by that';
}

my %twice = fields(nonce => 'used-only-once-1');
is $p->post('/pay/bill', \%twice)->{status}, 200, 'a nonce';
refused('the very same call again', 'NONCE_REUSED', \%twice, field => 'nonce');
refused('its nonce for another bill', 'NONCE_REUSED',
        { fields(nonce => 'used-only-once-1') });

my $form = join '&', map { my $v = Phone::Sign::bytes($good{$_});
                           $v =~ s/([^A-Za-z0-9_.-])/sprintf '%%%02x', ord $1/ge;
                           "$_=$v" } sort keys %good;
my $type = { 'Content-Type' => 'application/x-www-form-urlencoded' };

sub body_refused {
    my ($name, $status, $code, $body, $headers) = @_;
    my $reply = $p->post('/pay/bill', $body, headers => $headers || $type);
    is $reply->{status}, $status, $name or diag $reply->{content};
    is $reply->{json}{code}, $code, "$name: code" if $code;
}

body_refused('a field twice', 400, 'FIELD_DUPLICATE', "$form&amount=100");
body_refused('invalid UTF-8', 400, 'BODY_INVALID', "$form&x=%ff%fe");
body_refused('a NUL', 400, 'BODY_INVALID', "$form&x=%00");
body_refused('a broken escape', 400, 'BODY_INVALID', "$form&x=%zz");
body_refused('not JSON', 400, 'BODY_INVALID', '{"a":', { 'Content-Type' => 'application/json' });
body_refused('nested JSON', 400, 'BODY_INVALID', '{"a":{"b":1}}', { 'Content-Type' => 'application/json' });
{
    my $reply = $p->post('/pay/pin', '{"pin":"271828"}', headers => $type, cookie => $p->payer('13800000009', 1)->{cookie});
    is $reply->{json}{code}, 'BODY_INVALID', 'JSON sent as a form';
    unlike $reply->{content}, qr/271828/, 'is not told again, with its secrets';
    like $reply->{json}{reason}, qr/JSON needs its Content-Type/, 'but what it lacks';
}
body_refused('an odd type', 415, 'MEDIA_TYPE', $form, { 'Content-Type' => 'text/xml' });
body_refused('1 MiB', 413, undef, "$form&x=" . 'y' x (1 << 20));
body_refused('65 fields', 400, undef, $form . join '', map { "&f$_=1" } 1 .. 65);


# a body in many packets

my %split = fields();
my $text = Cpanel::JSON::XS->new->utf8->encode(\%split);
my $head = "POST /pay/bill HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
         . "Content-Type: application/json\r\nContent-Length: " . length($text) . "\r\n\r\n";
like $p->raw($head, map { substr $text, $_ * 100, 100 } 0 .. length($text) / 100),
    qr/"code":"OK"/, 'a body in pieces';


# Workers remember a merchant's record.  A key that is put or ends counts from
# the very next call on, in each of the two.

my $leaf = $p->shop('leaf');
my %client;

for (1 .. 200) {
    my $client = HTTP::Tiny->new(keep_alive => 1);
    push @{ $client{ $client->get($p->url('/pid'))->{content} } }, $client;
    last if keys %client == 2;
}

my @workers = map { $_->[0] } values %client;
is @workers, 2, 'a connection to each worker';

my @signers = map {
    Phone::Sign->new(merchant_id => 'leaf', key_id => $_->[0],
                     key => Phone::Sign::key($_->[1]))
} ['k1', 'shop'], ['k2', 'shop2'];

my $leaf_bill = $p->bill($leaf, %order, out_trade_no => 'L0')->{json}{bill_id};

sub at {
    my ($worker, $path, $signer, %form) = @_;

    my $body = Cpanel::JSON::XS->new->utf8->encode({
        $signer->call(Phone::OpenApi::service($path), %form) });
    my $reply = $workers[$worker]->post($p->url($path), {
        content => $body, headers => { 'Content-Type' => 'application/json' } });

    return Cpanel::JSON::XS::decode_json($reply->{content});
}

sub posts { my $w = shift; return at($w, '/pay/bill', shift, %order, out_trade_no => 'L' . ++$serial) }
sub asks { my $w = shift; return at($w, '/pay/query', shift, bill_id => $leaf_bill) }
sub put_key {
    $p->operator('merchants/leaf/keys', key_id => 'k2', @_,
                 public_key => Phone::Env::slurp(Phone::Sign::key('shop2')->{public}));
}

my ($record) = @{ $p->redis->command('KEYS', 'phone:*:merchant:leaf') };

is posts($_, $signers[0])->{code}, 'OK', 'the first key' for 0, 1;
$p->redis->command('HSET', $record, 'reply_sign', '0');
ok posts($_, $signers[0])->{sign}, 'its record is not read again' for 0, 1;

# behind a new connection may be another store

$p->redis->command('CLIENT', 'KILL', 'TYPE', 'normal');

ok !posts($_, $signers[0])->{sign}, 'it is, on a new connection' for 0, 1;

is asks($_, $signers[1])->{code}, 'KEY_UNKNOWN', 'a key to come' for 0, 1;

put_key();
is asks(0, $signers[1])->{code}, 'OK', 'a new key, the next call';
is posts(1, $signers[1])->{code}, 'OK', 'and that of the other worker';
is asks($_, $signers[0])->{code}, 'OK', 'the old one as well' for 0, 1;

put_key(retire_others_in => 0);
is posts(0, $signers[0])->{code}, 'KEY_UNKNOWN', 'a key that ended, the next call';
is asks(1, $signers[0])->{code}, 'KEY_UNKNOWN', 'and that of the other worker';
is posts($_, $signers[1])->{code}, 'OK', 'the new one stays' for 0, 1;


# nothing of what was refused has left a trace

my $bills = 0;
for my $key (@{ $p->redis->command('KEYS', 'phone:*:bill:*') }) { $bills++ }
my $taken;
wait_for(sub {                           # a line comes after its reply
    $taken = () = $p->access_log =~ m{"POST /pay/bill HTTP/1\.1" 200}g;
    return $taken == $bills;
});
is $bills, $taken, 'a bill for each call that was taken, and no other';

# a refusal is signed once the caller has proved himself, and not before


my $refusal = $p->signed($shop, '/pay/query', out_trade_no => 'none');
is $refusal->{json}{code}, 'BILL_NOT_FOUND', 'refused';
ok Phone::Sign::check($p->{platform}{public}, %{ $refusal->{json} }), 'and signed';
ok !Phone::Sign::check($p->{platform}{public}, %{ $refusal->{json} },
                       request_nonce => 'of-another-call'), 'for this call alone';

# what a shell signs is refused there already

for (["subject='tea&amount=1'", qr/a value cannot hold & followed by a name and =/],
     ["'sub-ject=tea'", qr/a name has A-Z a-z 0-9 _ \. only/])
{
    my ($field, $why) = @$_;
    my $said = `conf/phone-sign -k @{[Phone::Sign::key('shop')->{private}]} a=1 $field 2>&1`;
    isnt $?, 0, "phone-sign does not sign $field";
    like $said, $why, 'and says why';
}

# it signs with each kind of key, and never prints an empty signature

my $known = Cpanel::JSON::XS::decode_json(Phone::Env::slurp('docs/vectors.json'));
for my $vector (grep { ($_->{fields}{nonce} || '') ne '' && !$_->{fields}{sign} && !grep { ref } values %{ $_->{fields} } }
                @{ $known->{sign} })
{
    my $key = $known->{keys}{ $vector->{key} };
    $p->write('shell.key', ref $key ? $key->{private} : $key, 0600);
    my @fields = map { "$_=$vector->{fields}{$_}" } sort keys %{ $vector->{fields} };
    my $type = $vector->{fields}{sign_type};
    utf8::encode($_) for @fields;
    open my $said, '-|', 'conf/phone-sign', '-k', "$p->{dir}/shell.key",
        $type eq 'MD5withRSA' ? ('-t', $type) : (), @fields or die "phone-sign: $!\n";
    my ($sign) = join('', <$said>) =~ /&sign=(.*)/;
    $sign =~ s/%(..)/chr hex $1/ge;
    is $sign, $vector->{sign}, "phone-sign: $type";
}

for (['nonsense', "-----BEGIN PRIVATE KEY-----\nnonsense\n", '', qr/no private key that openssl can read/],
     ['a public key', Phone::Env::slurp(Phone::Sign::key('shop')->{public}), '', qr/no private key/],
     ['another type', Phone::Env::slurp(Phone::Sign::key('shop')->{private}), '-t Ed25519', qr/is for RSA2/])
{
    my ($name, $text, $option, $why) = @$_;
    $p->write('shell.key', $text, 0600);
    my $said = `conf/phone-sign -k $p->{dir}/shell.key $option a=1 2>&1`;
    is $? >> 8, 1, "phone-sign: $name is refused";
    like $said, $why, 'and says why';
    unlike $said, qr/sign=/, 'and prints no call';
}

sub signatures {
    return $p->get('/metrics')->{content} =~ /^phone_compute_signatures_total (\d+)/m ? $1 : -1;
}

my $made = signatures();
cmp_ok $made, '>', 0, 'signatures are counted';

for (['SIGN_ERROR', { fields(), sign => 'AAAA' }], ['DIGEST_MISMATCH', { fields(), note => 1 }],
     ['TIMESTAMP_SKEW', { fields(timestamp => time - 400) }],
     ['SIGN_ERROR', { fields(sign_type => 'MD5withRSA') }],
     ['KEY_UNKNOWN', { fields(key_id => 'k9') }], ['NONCE_REUSED', \%twice])
{
    my $reply = refused('a stranger', @$_);
    ok !exists $reply->{json}{sign}, "a stranger gets no signature: $_->[0]";
}

is signatures(), $made, 'and none was made for him';

# secrets

my $log = $p->log;
unlike $log, qr/\Q$good{sign}\E/, 'no signature in the log';

done_testing;
