# phone_auth where nginx runs no access phase: in the target of auth_request and
# in pages that another page includes.

use lib 't/lib';
use Phone::Product;

my $p = Phone::Product->new(workers => 1, allow => qr/redis/, location => <<'END');
location /site/ { root html; }
location = /check { internal; phone_auth on; root html; }
location /inside/ { auth_request /check; root html; }
location /outside/ { phone_auth on; auth_request /check; root html; add_header X-Phone $phone_number; }
location /page/ { ssi on; default_type text/html; root html; }
location /part/ { phone_auth on; root html; }
location /whole/ { phone_auth on; ssi on; default_type text/html; root html; }
END

my $html = $p->dir . '/html';
mkdir "$html$_" for '', qw(/inside /outside /page /part /whole);
$p->write("html/$_", "it is in\n") for qw(check inside/x outside/x part/x);
$p->write("html/$_", qq(begin <!--# include virtual="/part/x" --> end\n)) for qw(page/x whole/x);

my $payer = $p->payer('13800000001', 1000);
my @cookie = (cookie => $payer->{cookie});

is $p->get('/inside/x')->{status}, 401, 'auth_request: nobody';
is $p->get('/inside/x', cookie => 'phone_session=x')->{status}, 401, 'a bad cookie';
my $reply = $p->get('/inside/x', @cookie);
is $reply->{status}, 200, 'who is logged in' or diag $reply->{content};
is $reply->{content}, "it is in\n", 'gets the page';

is $p->get('/outside/x')->{status}, 401, 'phone_auth outside: nobody';
$reply = $p->get('/outside/x', @cookie);
is $reply->{status}, 200, 'who is logged in';
is $reply->{headers}{'x-phone'}, '+8613800000001', 'is named';

unlike $p->get('/page/x')->{content}, qr/it is in/, 'a part of a page: not for nobody';
like $p->get('/page/x', @cookie)->{content}, qr/it is in/, 'but for who is logged in';
like $p->get('/whole/x', @cookie)->{content}, qr/begin it is in\n end/, 'nor twice for one page';

# nobody is let in unseen

$p->redis->stop;
$reply = $p->get('/inside/x', @cookie);
cmp_ok $reply->{status}, '>=', 500, 'no store: not let in' or diag $reply->{content};
unlike $reply->{content}, qr/it is in/, 'and shown nothing';

done_testing;
