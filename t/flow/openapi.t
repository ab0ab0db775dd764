# docs/openapi.json as others use it: a linter takes it, a client is made of it,
# compiled, and used against a real instance.

use lib 't/lib';
use Phone::Product;
use Phone::Merchant;
use Phone::OpenApi;
use Phone::Env qw(slurp spew temp_dir top);

use Cpanel::JSON::XS ();

my $tools = `t/tools/openapi-tools`;
chomp $tools;
die "t/tools/openapi-tools failed: make deps\n" if $? || !$tools;

# the programs find their packages beside them
my $dir = temp_dir();
symlink "$tools/node_modules", "$dir/node_modules" or die "symlink: $!\n";
spew("$dir/$_", slurp(top() . "/t/openapi/$_")) for qw(client.ts lint.mjs);

sub run {
    my $out = `cd $dir && @_ 2>&1`;
    return ($? >> 8, $out);
}

my $file = top() . '/docs/openapi.json';

my ($code, $out) = run("node lint.mjs $file");
is "$code $out", '0 ', 'it lints clean';

my $api = Cpanel::JSON::XS::decode_json(slurp($file));
is $api->{openapi}, '3.1.0', 'it is OpenAPI 3.1';

delete $api->{paths}{'/pay/bill'}{post}{summary};
spew("$dir/odd.json", Cpanel::JSON::XS::encode_json($api));
($code, $out) = run('node lint.mjs odd.json');
is $code, 1, 'a document that is odd is refused';
like $out, qr/operation-summary/, 'for what is odd';

# a client, and one that does not fit

($code, $out) = run("node_modules/.bin/openapi-typescript $file -o api.d.ts");
is $code, 0, 'types are made' or diag $out;

(my $wrong = slurp("$dir/client.ts")) =~ s/amount: 1280/amount: 'much'/ or die 'no amount';
spew("$dir/wrong.ts", $wrong);
my $tsc = 'node_modules/.bin/tsc --strict --target es2022 --module commonjs --moduleResolution node10'
        . ' --skipLibCheck --types node --outDir out';

($code, $out) = run("$tsc client.ts wrong.ts");
my @errors = grep { /error/ } split /\n/, $out;
is scalar @errors, 1, 'the client compiles' or diag $out;
like $errors[0], qr/^wrong\.ts.*string.*number/, 'with a text for an amount it does not';

# against an instance

my $notices = Phone::Merchant->new;
my $p = Phone::Product->new;
$p->shop('tea', notify_url => $notices->url);
$p->payer('13800000001', 1_000_000);

my $world = Cpanel::JSON::XS->new->canonical->encode({
    url => $p->url, key => Phone::Sign::key('shop')->{private},
    phone => '+8613800000001', password => Phone::Product::PASSWORD, pin => Phone::Product::PIN,
});

($code, $out) = run("node out/client.js '$world'");
like "$code $out", qr/^0 PIN_WRONG PAID 1280 \d{3}-\w{26} OK \[ '\+8613800000001' \] Lei$/,
     'the client signs a bill, logs in, pays, removes the card, changes a contact';

ok $notices->wait_for(1), 'a notice comes';
my %notice = %{ ($notices->requests)[-1]{form} || {} };
ok $notice{notify_id}, 'with fields';
is join("\n", Phone::OpenApi::odd_webhook('notice', \%notice)), '', 'those of the webhook';
my %probe = map { $_ => $notice{$_} }
            qw(notify_id attempt merchant_id key_id timestamp nonce sign_type digest sign);
is join("\n", Phone::OpenApi::odd_webhook('notice', { %probe, event => 'probe', probe => 'a test' })),
   '', 'and those of a probe';
delete $notice{notify_id};
like join("\n", Phone::OpenApi::odd_webhook('notice', { %notice, color => 'red' })),
     qr/color is not in.*notify_id is missing/s, 'and no others';

$notices->stop;
$p->books_are_right;
$p->stop;
done_testing;
