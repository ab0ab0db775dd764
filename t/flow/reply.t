# A text that a merchant gets is signed: its hash is among the fields of the
# header Phone-Signed.

use lib 't/lib';
use Phone::Toys;
use Phone::Product;
use Digest::SHA ();

my $p = Phone::Product->new(workers => 1);
my $shop = $p->shop('tea');
my $plain = $p->shop('cake', reply_sign => 0);

sub form {
    my %form = map { my ($n, $v) = split /=/, $_, 2;
                     s/\+/ /g, s/%([0-9A-Fa-f]{2})/chr hex $1/ge for $n, $v; ($n, $v) }
               split /&/, $_[0];
    return \%form;
}

sub statement {
    my ($shop) = @_;
    my %call = $shop->call('toy.statement', date => '2026-11-22');
    return (\%call, $p->post('/toy/statement', \%call));
}

my ($call, $reply) = statement($shop);
is $reply->{status}, 200, 'a statement';
is $reply->{content}, "date,amount\r\n2026-11-22,100\r\n", 'its text';
is $reply->{headers}{'content-type'}, 'text/csv; charset=utf-8', 'its type';
like $reply->{headers}{'content-disposition'}, qr/^attachment; filename="statement.csv"/, 'its name';

my $hash = Digest::SHA::sha256_hex($reply->{content});
is $reply->{headers}{'phone-digest'}, "sha-256=$hash", 'its hash';

my $said = form($reply->{headers}{'phone-signed'});
is $said->{sha256}, $hash, 'is signed';
is $said->{code}, 'OK', 'as a success';
is $said->{merchant_id}, 'tea', 'of that merchant';
ok Phone::Sign::check($p->{platform}{public}, %$said), 'by the platform';
ok Phone::Sign::answers($said, $call), 'for this call';

my %other = (%$said, sha256 => Digest::SHA::sha256_hex('other'));
ok !Phone::Sign::check($p->{platform}{public}, %other), 'and no other text';

# a merchant whose replies are not signed

(undef, $reply) = statement($plain);
is $reply->{status}, 200, 'without signatures';
is $reply->{headers}{'phone-signed'}, undef, 'there is none';
is $reply->{headers}{'phone-digest'}, undef, 'and no hash';

# a refusal is JSON, signed as ever

my %bad = $shop->call('toy.statement', date => 'a b');
$reply = $p->post('/toy/statement', \%bad);
is $reply->{json}{code}, 'PARAM_INVALID', 'a refusal';
is $reply->{headers}{'phone-signed'}, undef, 'has its signature in the body';

done_testing;
