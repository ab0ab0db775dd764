# The token of a gateway in a URL under HTTP/2, where nginx puts the request line
# together by itself: no log and no variable has it, right or wrong.

use lib 't/lib';
use Phone::Toys;
use Phone::Product;
use Phone::Env qw(slurp);

plan(skip_all => 'no curl') if system("curl --version >/dev/null 2>&1") != 0;

my $p = Phone::Product->new(stopped => 1);
my $token = 'gateway-token-for-tests';
my $h2 = $p->port('h2');

$p->write('gateway.token', "$token\n", 0600);
$p->configure(http => 'phone_gateway_token_file ' . $p->dir . '/gateway.token;'
    . 'log_format all "$request|$args|$request_uri|$http_authorization|$status";'
    . "server { listen 127.0.0.1:$h2 http2; access_log " . $p->dir . '/logs/all.log all;'
    . 'location /toy/ { phone_toy; add_header Shown "$args|$request_uri|$request" always; } }');
$p->start;

sub report {
    my ($arguments, @options) = @_;
    return join '', map { "$_" }
        `curl -s -i --max-time 10 --http2-prior-knowledge @options 'http://127.0.0.1:$h2/toy/report?$arguments'`;
}

my $reply = report("message=m1&token=$token&x=1");
like $reply, qr{^HTTP/2 200}, 'a gateway, under HTTP/2';
like $reply, qr/"message":"m1"/, 'is let in';
my $stars = '*' x length $token;
like $reply, qr{^shown: message=m1&token=\Q$stars\E&x=1\|/toy/report\?message=m1&token=\Q$stars\E&x=1\|GET /toy/report\?message=m1&token=\Q$stars\E&x=1 HTTP/2\.0\r$}m,
    'and nothing shows its token';

like report("token=${token}x&message=m1"), qr{^HTTP/2 401}, 'another is not';
like report("message=m1", "-H 'Authorization: Bearer $token'"), qr{^HTTP/2 200},
    'nor is it needed in the URL';

like report("message=m1&token=$token", '-X', 'DELETE'), qr{^HTTP/2 405},
    'a gateway with another method';
like `curl -s -i --max-time 10 --http2-prior-knowledge 'http://127.0.0.1:$h2/toy/reports?token=$token'`,
    qr{^HTTP/2 404}, 'and one with another path are refused';

ok wait_for(sub { (() = slurp($p->dir . '/logs/all.log') =~ /\n/g) >= 5 }), 'all are logged';
my @lines = split /\n/, slurp($p->dir . '/logs/all.log');
is scalar(grep { /token=gateway/ } @lines), 0, 'no URL in a log has one';
unlike $p->log, qr/\Q$token\E/, 'nor has the error log';

done_testing;
