# phone_auth and nginx's own way of going on: error pages, internal redirects,
# what variables show after them.

use lib 't/lib';
use Phone::Product;
use Phone::Env qw(slurp);

my $p = Phone::Product->new(workers => 1, allow => qr/redis/,
    http => 'log_format who "$status $uri [$phone_number] $phone_request_id";
             access_log logs/who.log who;',
    location => <<'END');
location /site/ {
    phone_auth on;
    error_page 401 =200 /login.html;
    error_page 503 @closed;
    root html;
}
location = /login.html { root html; }
location @closed { return 503 "closed: $phone_number\n"; }
location /plain/ { phone_auth on; root html; }
location /other/ { phone_auth on; error_page 404 /nothing; root html; }
location /named/ { phone_auth on; error_page 401 @form; root html; }
location @form { add_header X-Form 1 always; return 401 "form [$phone_number]\n"; }
location /loop/ { phone_auth on; error_page 401 /loop/again; root html; }
location /go/ { phone_auth on; try_files /nothing/there /target/x; }
location /target/ { add_header X-Phone [$phone_number]; root html; }
location /guarded/ { phone_auth on; try_files /nothing/there /guarded2/x; }
location /guarded2/ { phone_auth on; add_header X-Phone [$phone_number]; root html; }
location /any/ { satisfy any; deny all; phone_auth on; error_page 401 /login.html; root html; }
location = /api { phone_auth on; error_page 404 = @api; root html; }
location @api { phone_session; }
END

my $html = $p->dir . '/html';
mkdir "$html$_" for '', qw(/site /target /guarded2 /any /plain);
$p->write("html/$_", "it is in\n") for qw(site/x target/x guarded2/x any/x plain/x);
$p->write('html/login.html', "<form>\n");

my $payer = $p->payer('13800000001', 1000);
my @cookie = (cookie => $payer->{cookie});
my $number = '+8613800000001';

sub line {
    my ($pattern) = @_;
    my $found;
    wait_for(sub { ($found) = (grep { /$pattern/ } split /\n/, slurp($p->dir . '/logs/who.log'))[-1] });
    return $found || '';
}

sub runs { return ($p->get('/metrics')->{content} =~ /^phone_handler_runs_total (\d+)$/m)[0] }


# error pages

my $reply = $p->get('/site/x');
is $reply->{status}, 200, 'a login page in the place of a 401';
is $reply->{content}, "<form>\n", 'is shown';
is $reply->{headers}{'cache-control'}, 'no-store', 'and not kept';
is $p->get('/site/x', cookie => 'phone_session=x')->{content}, "<form>\n", 'with a bad cookie';
is $p->get('/site/x', @cookie)->{content}, "it is in\n", 'who is logged in is not asked';
is $p->post('/site/x', { a => 'b' x 5000 })->{content}, "<form>\n", 'a body does no harm';

$reply = $p->get('/plain/x');
is $reply->{status}, 401, 'without an error page';
is $reply->{json}{code}, 'LOGIN_REQUIRED', 'the reply is as of an endpoint';
$reply = $p->get('/other/x');
is $reply->{json}{code}, 'LOGIN_REQUIRED', 'with one for another status as well';

$reply = $p->get('/named/x');
is $reply->{status}, 401, 'a named location';
is $reply->{content}, "form []\n", 'answers';

$reply = $p->get('/loop/x');
is $reply->{status}, 401, 'an error page that is guarded itself';

$reply = $p->get('/any/x');
is $reply->{status}, 401, 'satisfy any';
is $reply->{content}, "<form>\n", 'the page';
is $p->get('/any/x', @cookie)->{content}, "it is in\n", 'or the session';


# internal redirects

my $before = runs();
$reply = $p->get('/go/x', @cookie);
is $reply->{content}, "it is in\n", 'redirected';
is $reply->{headers}{'x-phone'}, "[$number]", '$phone_number is there in a location that does not ask';
like line('/target/x'), qr/^200 \/target\/x \[\Q$number\E\] \w{26}$/, 'and in the log, with the id';
my $once = runs() - $before;

$before = runs();
$reply = $p->get('/guarded/x', @cookie);
is $reply->{headers}{'x-phone'}, "[$number]", 'and in one that asks';
is runs() - $before, $once, 'the session is looked at once';

is $p->get('/guarded/x')->{status}, 401, 'nobody is not let in by it';
is $p->get('/go/x')->{status}, 401, 'nor there';

$reply = $p->get('/api', @cookie);
is $reply->{status}, 404, 'an endpoint behind phone_auth';
like line('^404 /api '), qr/\[\Q$number\E\] $reply->{json}{request_id}$/, 'the id is the last call\'s';


# the store is away

$p->redis->stop;
$reply = $p->get('/site/x', @cookie);
is $reply->{status}, 503, 'no store';
is $reply->{content}, "closed: \n", 'its page';
ok $reply->{headers}{'retry-after'}, 'Retry-After';
is $p->get('/plain/x', @cookie)->{json}{code}, 'STORE_UNAVAILABLE', 'without a page';
unlike $p->get('/guarded/x', @cookie)->{content}, qr/it is in/, 'and nobody is let in';
unlike $p->get('/any/x', @cookie)->{content}, qr/it is in/, 'nor with satisfy any';

done_testing;
