# A page of another site must not act with a browser's cookie: scheme, host and
# port of Origin are compared.  Cookies of our name that others have set do not
# hide the good one.  What is refused before a handler runs is in the figures.

use lib 't/lib';
use Phone::Product;
use Phone::Env qw(spawn slurp);

my $p = Phone::Product->new(workers => 1);
my ($h2, $tls) = map { $p->port($_) } qw(h2 tls);
my $dir = $p->dir;

$p->configure(http => <<"END");
server { listen 127.0.0.1:$h2 http2; include $dir/session.conf; }
server { listen 127.0.0.1:$tls; phone_cookie_secure on; include $dir/session.conf; }
END
$p->reload(wait => 1);

my $payer = $p->payer('13800000001', 1000);
my ($value) = $payer->{cookie} =~ /=(.*)/;


# Origin; 400: it was let through

sub status {
    my ($server, $cookie, $host, $origin) = @_;

    my $socket = $p->connect($server);
    syswrite $socket, "POST /password HTTP/1.1\r\nHost: $host\r\nOrigin: $origin\r\n"
        . "Cookie: $cookie\r\nContent-Type: application/x-www-form-urlencoded\r\n"
        . "Connection: close\r\nContent-Length: 10\r\n\r\npassword=x";
    my $line = <$socket>;
    return ($line =~ m{^HTTP/1\.1 (\d+)})[0];
}

for (['shop.example', 'http://shop.example', 400],
     ['shop.example', 'HTTP://Shop.EXAMPLE', 400],
     ['shop.example', 'http://shop.example:80', 400],
     ['shop.example:80', 'http://shop.example', 400],
     ['shop.example:8080', 'http://shop.example:8080', 400],
     ['[::1]:8080', 'http://[::1]:8080', 400],
     ['shop.example', 'https://shop.example', 403],
     ['shop.example', 'https://shop.example:443', 403],
     ['shop.example:443', 'https://shop.example', 403],
     ['shop.example', 'http://shop.example:8080', 403],
     ['shop.example:8080', 'http://shop.example', 403],
     ['shop.example', 'http://shop.example.evil', 403],
     ['shop.example', 'http://evil.shop.example', 403],
     ['shop.example', 'http://shop.example@evil', 403],
     ['shop.example', 'ftp://shop.example', 403],
     ['shop.example', 'x-http://shop.example', 403],
     ['shop.example', 'shop.example', 403],
     ['shop.example', 'http://', 403],
     ['shop.example', 'http://:80', 403],
     ['shop.example', 'null', 403],
     ['null', 'null', 403])
{
    my ($host, $origin, $status) = @$_;
    is status(undef, $payer->{cookie}, $host, $origin), $status, "$host, a page of $origin";
}

# a second header, for whoever goes by the last one

for (["http://shop.example\r\nOrigin: http://evil.example", 'of another site behind it'],
     ["http://evil.example\r\nOrigin: http://shop.example", 'of another site before it'],
     ["http://shop.example\r\nOrigin: http://shop.example", 'that says the same'],
     ["http://shop.example\r\nSec-Fetch-Site: same-origin\r\nSec-Fetch-Site: cross-site",
      'of where the page is from'])
{
    my ($origin, $what) = @$_;
    is status(undef, $payer->{cookie}, 'shop.example', $origin), 403, "a second header $what";
}
is status(undef, $payer->{cookie}, 'shop.example',
          "http://shop.example\r\nSec-Fetch-Site: same-origin"), 400, 'one of each';

# where browsers see TLS a page without it is another one

for (['https://shop.example', 400], ['https://shop.example:443', 400],
     ['http://shop.example', 403], ['http://shop.example:80', 403], ['null', 403])
{
    my ($origin, $status) = @$_;
    is status(tls => "__Host-phone_session=$value", 'shop.example', $origin), $status,
        "behind TLS, a page of $origin";
}

# HTTP/2 has :authority and no Host

my $n = 0;

for (["http://127.0.0.1:$h2", 400], ["https://127.0.0.1:$h2", 403],
     ['http://127.0.0.1', 403], ['null', 403])
{
    my ($origin, $status) = @$_;
    $n++;
    my $pid = spawn(['curl', '-sSN', '--http2-prior-knowledge', '-o', '/dev/null',
                     '-w', '%{http_code}', '-H', "Cookie: $payer->{cookie}",
                     '-H', "Origin: $origin", '-X', 'POST',
                     "http://127.0.0.1:$h2/password"], out => "$dir/curl.$n");
    waitpid $pid, 0;
    Phone::Env::forget_process($pid);
    is slurp("$dir/curl.$n"), $status, "HTTP/2, a page of $origin";
}


# Cookies

sub me { return $p->get('/me', cookie => $_[0])->{status} }

my $good = "phone_session=$value";
(my $bent = $good) =~ s/=(.)/'=' . ($1 eq '_' ? '-' : '_')/e;

is me($good), 200, 'one cookie';
is me("phone_session=junk; $good"), 200, 'junk before it';
is me("phone_session=; $good"), 200, 'an empty one before it';
is me("$bent; $good; phone_session=junk"), 200, 'a bent one before it, junk behind it';
is me('a=b; ' . join '; ', ("phone_session=junk") x 7, $good), 200, 'seven before it';
is me(join '; ', ("phone_session=junk") x 8, $good), 401, 'eight are too many';
is me("phone_session=junk; $bent"), 401, 'none of ours';
is me("xphone_session=$value"), 401, 'another name';
is me("phone_session=junk;;;$good"), 200, 'empty parts';

my $raw = $p->raw("GET /me HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
    . "Cookie: phone_session=junk\r\nCookie: $good\r\n\r\n");
like $raw, qr{^HTTP/1\.1 200}, 'two headers';


# A link of another site, which a browser follows with its cookie: a file of the
# phonebook counts as one of the day, whoever asks for it.

sub linked { my ($path, $site) = @_;
    return $p->get($path, cookie => $good, headers => { 'Sec-Fetch-Site' => $site })->{json}{code} // 'file' }

is linked('/mail/contacts/export', $_), 'CROSS_ORIGIN', "a file for a page, $_" for ('cross-site', 'same-site') x 15;
is linked('/mail/contacts/export', 'none'), 'file', 'its owner still gets it, by the address';
is linked('/mail/contacts/export', 'same-origin'), 'file', 'and by a page of ours';
is linked('/me', 'cross-site'), 'CROSS_ORIGIN', 'nor does another site read anything';
is linked('/pay/keys', 'cross-site'), 'OK', 'what is for anybody is for its pages';


# Figures

sub calls {
    my ($endpoint, $class) = @_;
    my ($n) = $p->get('/metrics')->{content}
        =~ /^phone_calls_total\{endpoint="$endpoint",class="$class"\} (\d+)$/m;
    return $n || 0;
}

my @json = (headers => { 'Content-Type' => 'application/json' });

for ([403, 'session.password', 'another origin',
      sub { $p->post('/password', { password => 'x' }, cookie => $good,
                     headers => { Origin => 'http://evil.example' }) }],
     [415, 'session.login', 'a media type',
      sub { $p->request('POST', '/login', body => 'x',
                        headers => { 'Content-Type' => 'text/plain' }) }],
     [413, 'session.login', 'a body that is too large',
      sub { $p->request('POST', '/login', body => 'x' x 70000,
                        headers => { 'Content-Type' => 'application/json' }) }],
     [400, 'session.login', 'a bad body',
      sub { $p->request('POST', '/login', body => '{', @json) }],
     [401, 'operator.check', 'no token', sub { $p->get('/operator/check') }],
     [405, 'live.open', 'a method of live events', sub { $p->post('/live', {}) }],
     [405, 'other', 'a method', sub { $p->delete('/me') }],
     [404, 'other', 'an address', sub { $p->get('/pay/nothing') }])
{
    my ($status, $endpoint, $what, $call) = @$_;
    my $before = calls($endpoint, '4xx');
    is $call->()->{status}, $status, $what;
    is calls($endpoint, '4xx'), $before + 1, "$what: counted";
}

my ($sum, $count) = $p->get('/metrics')->{content}
    =~ /^phone_call_seconds_sum (\S+)\nphone_call_seconds_count (\d+)$/m;
cmp_ok $sum, '<', 60 * $count, 'no refusal takes an age';

done_testing;
