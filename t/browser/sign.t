# The signing rule of the merchant's console in the browser, by docs/vectors.json: what it
# signs, and which replies it takes. Keys as different programs write them.

use utf8;
use lib 't/lib';
use Phone::Product;
use Phone::Browser;
use Phone::Env qw(slurp);
use Phone::Sign;
use Cpanel::JSON::XS ();

my $p = Phone::Product->new(http => 'phone_platform_key ed25519.key e1;');
my $browser = Phone::Browser->new($p);
my $page = $browser->person('page');
my $json = Cpanel::JSON::XS->new->ascii->canonical->allow_nonref;
my $known = Cpanel::JSON::XS::decode_json(slurp('docs/vectors.json'));

$page->opens('/console/merchant');
$page->finds('form');

sub in_page {
    my ($code, %value) = @_;
    my $values = join '', map { "const $_ = " . $json->encode($value{$_}) . ';' } sort keys %value;
    return $page->run("import('/console/merchant/sign.js').then(async (rule) => { $values $code })");
}

my $keys = $known->{keys};
my $n = 0;

for my $one (@{ $known->{sign} }, @{ $known->{lists} }) {
    my $fields = $one->{fields} || $json->decode($one->{body});
    next if $fields->{sign_type} eq 'MD5withRSA';
    $n++;
    my $made = in_page('const signed = await rule.signed(await rule.privateKey(key), fields);'
        . 'return [rule.canonical(fields), signed.digest, signed.sign];',
        key => $keys->{ $one->{key} }{private}, fields => $fields);
    is_deeply $made, [@$one{qw(canonical digest sign)}], "signs: $one->{name}";
}
cmp_ok $n, '>', 10, 'many are signed';

for my $one (grep { $_->{sign_type} ne 'MD5withRSA' } @{ $known->{replies} }) {
    my $said = in_page('const key = type === "HMAC-SHA256" ? (await rule.privateKey(pem)).sign'
        . ' : await rule.publicKey(type, pem);'
        . 'return rule.verifyReply(JSON.parse(body), { type, key, nonce, now, merchant: "tea" })'
        . '.then(() => "genuine", (error) => error instanceof rule.NotGenuine ? "not" : error.stack);',
        type => $one->{sign_type}, pem => $keys->{ $one->{platform_key} }{public}, body => $one->{body},
        nonce => $one->{request_nonce}, now => $one->{now});
    is $said, $one->{genuine} ? 'genuine' : 'not', "a reply: $one->{name}";
}


# keys: PKCS #1, Ed25519, and what is none

my $dir = $p->dir;
my ($rsa, $ed25519) = ($keys->{merchant}{private}, $keys->{merchant_ed25519}{private});
$p->write('rsa.key', $rsa);
system("openssl rsa -in $dir/rsa.key -traditional -out $dir/old.key 2>/dev/null") == 0 or die "openssl\n";
system("openssl pkey -in $dir/rsa.key -aes256 -passout pass:x -out $dir/locked.key") == 0 or die "openssl\n";
system("openssl rsa -in $dir/rsa.key -traditional -aes256 -passout pass:x -out $dir/locked1.key 2>/dev/null") == 0
    or die "openssl\n";
system("openssl genpkey -quiet -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out $dir/ec.key") == 0
    or die "openssl\n";
like slurp("$dir/old.key"), qr/BEGIN RSA PRIVATE KEY/, 'PKCS #1';

my $type = 'return rule.privateKey(text).then((key) => `${key.type} ${key.sign.extractable}`,'
         . ' (error) => error.message);';
is in_page($type, text => slurp("$dir/old.key")), 'RSA2 false', 'is read, and cannot be read out';
is in_page($type, text => $rsa =~ s/\n/\r\n/gr), 'RSA2 false', 'PKCS #8, lines of Windows';
is in_page($type, text => "Bag Attributes\n$ed25519"), 'Ed25519 false', 'Ed25519';
is in_page($type, text => $keys->{shared}{private}), 'HMAC-SHA256 false', 'a secret';
is in_page($type, text => $keys->{merchant}{public}), 'public', 'a public key';
is in_page($type, text => slurp("$dir/$_")), 'encrypted', "$_ has a password" for qw(locked.key locked1.key);
is in_page($type, text => slurp("$dir/ec.key")), 'unreadable', 'a key of another kind';
is in_page($type, text => $_), 'unreadable', "no key: $_"
    for '', 'short', 'a text with spaces that is long enough to be one', "-----BEGIN PRIVATE KEY-----\n*\n-----END";

for my $kind (qw(RSA2 Ed25519)) {
    my $made = in_page('const key = await rule.makeKey(type);'
        . 'return [key.public, await rule.fingerprint(key.public), key.sign.extractable];', type => $kind);
    $p->write('made.pub', $made->[0]);
    my ($sum) = `openssl pkey -pubin -in $dir/made.pub -outform DER | sha256sum` =~ /^([0-9a-f]{64})/;
    is $made->[1], $sum, "$kind: a key that openssl reads, with the same fingerprint";
    ok !$made->[2], "$kind: cannot be read out";
}


# where the platform signs with Ed25519, a merchant does

my $shop = $p->shop('tea', sign_type => 'Ed25519');
$page->opens('/console/merchant');
$page->fills('Merchant id', 'tea');
$page->fills('Private key or secret', slurp(Phone::Sign::key('shop', 'ed25519')->{private}));
$page->presses('Open');
$page->sees('Find a bill');
$page->presses('Keys');
$page->sees('e1');
$page->fills('Id of the new key', 'k2');
$page->presses('Make the key');
$page->sees('Send this to the operator');
like $page->text, qr/k2 Ed25519 Not added yet/, 'the next key is one of Ed25519';
$p->operator('merchants/tea/keys', key_id => 'k2',
    public_key => $page->run(q{document.querySelector('.announced pre').textContent}));
$page->presses('Lock');
$page->presses('tea · k2');
$page->sees('Signs here');

$browser->done;
done_testing;
