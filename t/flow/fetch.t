# PAY-6: outbound calls: names and addresses, every way an answer can fail,
# TLS, the fetch server itself, reloads and ends of workers under way.

use lib 't/lib';
use Phone::Product;
use Phone::Env qw(spawn free_port slurp spew temp_dir);
use Phone::Merchant;
use Phone::Resolver;
use IO::Socket::INET;
use IO::Socket::UNIX;

my $dns = Phone::Resolver->new;

my $http = 'phone_notice_schedule 60s; phone_pump interval=200ms;'
         . 'phone_fetch_timeout 3s; resolver_timeout 1s;'
         . 'resolver ' . $dns->address . ' valid=1s;';

my $p = Phone::Product->new(http => $http);
my $payer = $p->payer('13800000001', 1000000);
my $serial = 0;


# A bill of a shop of its own is paid, so a notice goes to $url.

sub paid {
    my ($url) = @_;

    my $shop = $p->shop('m' . ++$serial, notify_url => $url);
    my $bill = $p->bill($shop, out_trade_no => $serial, amount => 100,
        payer_phone => $payer->{phone}, subject => 'tea')->{json}{bill_id};
    my $reply = $p->pay($payer, $bill, $payer->{cards}[0]);

    die "not paid: $reply->{content}\n" unless $reply->{status} == 200;

    return $bill;
}

sub notice { $p->notice($_[0]) }

# What the first attempt met.

sub met {
    my ($url) = @_;

    my $bill = paid($url);
    wait_for { notice($bill)->{last} };

    return notice($bill)->{last};
}

sub metric {
    my ($name) = @_;
    my ($value) = $p->get('/metrics')->{content} =~ /^\Q$name\E (\S+)$/m;
    return $value;
}


# Names

my $shop = Phone::Merchant->new;
my $port = $shop->port;
$dns->set('shop.test' => '127.0.0.1');

is met("http://shop.test:$port/n?a=1&b=%2F"), 200, 'a name is resolved';

my ($request) = $shop->requests;
is $request->{headers}{host}, "shop.test:$port", 'the host is the name';
is $request->{uri}, '/n?a=1&b=%2F', 'path and query arrive as they are';
is $request->{headers}{'content-type'}, 'application/x-www-form-urlencoded',
    'a form';
like $request->{headers}{'user-agent'}, qr/^ngx_phone/, 'it says who calls';
is scalar(grep { /^phone-fetch/ } keys %{ $request->{headers} }), 0,
    'nothing of ours goes out';

is met("http://SHOP.test:$port"), 200, 'in upper case';
is +($shop->requests)[1]{uri}, '/', 'without a path';

$dns->set('six.test' => ['::1', '127.0.0.1'], 'in.test' => '10.1.2.3',
          'both.test' => ['127.0.0.1', '100.64.0.1'],
          'mapped.test' => '::ffff:10.0.0.1', 'empty.test' => [],
          'mute.test' => 'silent');

is met('http://none.test/n'), 'resolve', 'no such name';
is met('http://empty.test/n'), 'resolve', 'no address';
is met('http://mute.test/n'), 'timeout', 'a name server that says nothing';
is met('http://in.test/n'), 'address', 'an inner address';
is met("http://both.test:$port/n"), 'address', 'one inner address of two';
is met("http://six.test:$port/n"), 'address', '::1 is not in the list';
is met('http://mapped.test/n'), 'address', 'an inner address within IPv6';
is scalar($shop->requests), 2, 'and none of these has called';

my $asked = grep { $_ eq 'shop.test' } $dns->questions;
$dns->set('moved.test' => '127.0.0.1');
is met("http://moved.test:$port/n"), 200, 'a name today ...';
$dns->set('moved.test' => '10.0.0.1');
select undef, undef, undef, 2.5;
is met("http://moved.test:$port/n"), 'address', '... and elsewhere tomorrow';


# Answers

for my $case ([close => 'closed'], [junk => 'reply'], [half => 'reply'],
              [silent => 'timeout'], [slow => 'timeout'], [huge => 'large'],
              [503 => 503], [999 => 'reply'], [600 => 'reply'], [redirect => 302], [204 => 204], ['late:1' => 200])
{
    my ($behavior, $last) = @$case;
    my $merchant = Phone::Merchant->new($behavior);

    is met($merchant->url), $last, "$behavior: $last";
    $merchant->stop;
}

my $gone = free_port();
is met("http://127.0.0.1:$gone/n"), 'refused', 'nobody there';


# Replies as bytes; the first word of the path says which

my $raw_port = free_port();
my %raw = (
    chunked => ["HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n",
                "3\r\nsuc\r\n", "4;x=y\r\nce", "ss\r\n", "0\r\n\r\n"],
    'to-the-end' => ["HTTP/1.1 200 OK\r\n\r\n", 'succ', 'ess'],
    early => ["HTTP/1.0 200 OK\r\n\r\nsuccess"],
    bytes => [split //, "HTTP/1.1 200 OK\r\nContent-Length: 7\r\n\r\nsuccess"],
    'chunked-cut' => ["HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n",
                      "7\r\nsucc"],
    'length-cut' => ["HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nsuccess"],
    'long-head' => ["HTTP/1.1 200 OK\r\n", map { "X-$_: " . 'x' x 1000 . "\r\n" }
                    1 .. 12],
    interim => ["HTTP/1.1 200 OK\r\nPhone-Fetch-Result: refused\r\n"
                . "Content-Length: 7\r\n\r\nsuccess"],
    spaces => ["HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nsuccess\r\n"],
);

my $listener = IO::Socket::INET->new(LocalAddr => '127.0.0.1',
    LocalPort => $raw_port, Listen => 16, ReuseAddr => 1) or die $!;

spawn(sub {
    $SIG{PIPE} = 'IGNORE';
    while (my $client = $listener->accept) {
        my $head = '';
        while ($head !~ /\r\n\r\n/) {
            sysread $client, $head, 65536, length $head or last;
        }
        my ($word) = $head =~ m{^POST /([\w-]+)};
        for (@{ $raw{$word} }) {
            syswrite $client, $_;
            select undef, undef, undef, 0.01;
        }
        close $client;
    }
});
close $listener;

for my $case (['chunked', 'ACKED'], ['to-the-end', 'ACKED'], ['early', 'ACKED'],
              ['bytes', 'ACKED'], ['spaces', 'ACKED'], ['interim', 'ACKED'])
{
    my ($word, $state) = @$case;
    my $bill = paid("http://127.0.0.1:$raw_port/$word");
    ok wait_for(sub { (notice($bill)->{state} || '') eq $state }),
        "$word: $state" or diag explain notice($bill);
}

for my $word ('chunked-cut', 'length-cut', 'long-head') {
    is met("http://127.0.0.1:$raw_port/$word"), 'reply', "$word: no answer";
}


# TLS

my $dir = temp_dir();

sub openssl {
    my $pid = spawn(['openssl', @_], out => "$dir/openssl.log");
    waitpid $pid, 0;
    die slurp("$dir/openssl.log") if $?;
    Phone::Env::forget_process($pid);
}

openssl(qw(req -x509 -newkey rsa:2048 -nodes -subj /CN=ca -days 2 -keyout),
        "$dir/ca.key", '-out', "$dir/ca.pem");
openssl(qw(req -newkey rsa:2048 -nodes -subj /CN=tls.test -keyout),
        "$dir/tls.key", '-out', "$dir/tls.csr");
spew("$dir/ext", 'subjectAltName=DNS:tls.test');
openssl('x509', '-req', '-in', "$dir/tls.csr", '-CA', "$dir/ca.pem", '-CAkey',
        "$dir/ca.key", qw(-CAcreateserial -days 2 -extfile), "$dir/ext",
        '-out', "$dir/tls.pem");

my $tls = $p->port('tls');
$dns->set('tls.test' => '127.0.0.1', 'other.test' => '127.0.0.1');

$p->configure(http => "$http server { listen 127.0.0.1:$tls ssl;"
    . " ssl_certificate $dir/tls.pem; ssl_certificate_key $dir/tls.key;"
    . ' location / { default_type text/plain; return 200 $ssl_server_name; }'
    . ' location /ack { return 200 success; } }');
my $fetch = slurp($p->dir . '/fetch.conf');
$fetch =~ s{/etc/ssl/certs/ca-certificates\.crt}{$dir/ca.pem} or die;
$p->write('fetch.conf', $fetch);
$p->reload(wait => 1);

my $bill = paid("https://tls.test:$tls/ack");
ok wait_for(sub { (notice($bill)->{state} || '') eq 'ACKED' }), 'over TLS';
is met("https://other.test:$tls/ack"), 'tls', 'a certificate of another name';
is met("https://127.0.0.1:$tls/ack"), 'tls', 'and for an address';
is met('https://shop.test:' . $p->port), 'tls', 'no TLS there';
is met("https://127.0.0.1:$gone/n"), 'refused', 'nobody there';


# What our own server must not do, and whom it must not serve

my $socket = $p->dir . '/fetch.sock';

sub stranger {
    my (@headers) = @_;

    my $handle = IO::Socket::UNIX->new(Peer => $socket) or die $!;
    syswrite $handle, join "\r\n", 'GET / HTTP/1.1', 'Host: x',
        'Connection: close', @headers, '', '';
    local $/;
    return scalar <$handle>;
}

like stranger(), qr/^HTTP\/1\.1 403/, 'a stranger on the socket';
like stranger('Phone-Fetch-Token: ' . '0' x 64, 'Phone-Fetch-Kind: notice',
              'Phone-Fetch-Host: x', "Phone-Fetch-Target: " . $shop->url),
    qr/^HTTP\/1\.1 403/, 'with a wrong token';
like $p->log, qr/\[warn\].* request without a valid token on the socket/, 'is logged';

$p->configure(location => 'location /vars { return 200 "[$phone_fetch_kind'
    . '$phone_fetch_target$phone_fetch_host$phone_fetch_result]"; }');
(my $silent = $fetch) =~ s/add_header[^;]*;// or die;
$p->write('fetch.conf', $silent);
$p->reload(wait => 1);

is $p->get('/vars', headers => { 'Phone-Fetch-Target' => 'http://x/' })->{content},
    '[]', 'no variable is set for other requests';
is met($shop->url), 'upstream', 'without the header no answer counts';
like $p->log, qr/fetch server returned 200 of its own for "notice": its location needs/,
    'and it is said why';

(my $odd = $fetch) =~ s/^ +proxy_pass [^;]*;/return 418;/m or die;
$p->write('fetch.conf', $odd);
$p->reload(wait => 1);
is met($shop->url), 'upstream', 'nor an answer of its own';
$p->write('fetch.conf', $fetch);
$p->reload(wait => 1);


# While workers come and go

my $late = Phone::Merchant->new('late:2', 'ok');
$bill = paid($late->url);
ok $late->wait_for(1), 'a notice is under way';
$p->reload(wait => 1);
ok wait_for(sub { (notice($bill)->{state} || '') eq 'ACKED' }),
    'the worker that shuts down hears the answer';
is scalar($late->requests), 1, 'and it is not sent again';

$late->behave('late:2', 'ok');
$bill = paid($late->url);
ok $late->wait_for(2), 'another one';
$p->stop;
is notice($bill)->{state}, 'ACKED', 'QUIT waits for it';

$late->behave('silent', 'ok');
$p->start;
$bill = paid($late->url);
ok $late->wait_for(3), 'a third one';
$p->stop('TERM');
is notice($bill)->{last}, undef, 'TERM does not wait';


# A new secret: calls of workers that still have the old one are taken

$p->configure(http => $http =~ s/resolver_timeout 1s/resolver_timeout 3s/r);
$p->start;
$dns->set('slow.test' => ['late:1.5', '127.0.0.1']);
$bill = paid("http://slow.test:$port/n");
ok wait_for(sub { grep { $_ eq 'slow.test' } $dns->questions }),
    'a name is being looked up';

$p->write('secret.before', slurp($p->dir . '/secret'), 0600);
$p->write('secret', 'ab' x 32, 0600);
$p->write('phone.conf', slurp($p->dir . '/phone.conf')
    . 'phone_secret_file_before ' . $p->dir . '/secret.before;');
$p->reload;
is notice($bill)->{last}, undef, 'the old worker has not called yet';
ok wait_for(sub { (notice($bill)->{state} || '') eq 'ACKED' }),
    'its call under the old secret is taken';

$p->login($payer);
is met($shop->url), 200, 'and the new ones call';


# Figures

cmp_ok metric('phone_fetches_total{result="2xx"}'), '>=', 1, 'answers are counted';
$p->books_are_right;
$p->stop;


# A fetch server that is none

my %fake = (
    closed => '',
    'bad status' => "HTTP/1.1 2x0 OK\r\n\r\n",
    'no colon' => "HTTP/1.1 200 OK\r\nabc\r\n\r\n",
    'bad length' => "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n",
    'bad coding' => "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\n",
    'bad chunk' => "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nx\r\n",
    'huge chunk' => "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
                    . "fffffffff\r\n",
    'no head end' => 'HTTP/1.1 200 OK' . "\r\nX: " . 'x' x 9000,
    'bare CR' => "HTTP/1.1 200 OK\r\nA: b\rC: d\r\n\r\n",
);

my $single = Phone::Product->new(workers => 1, stopped => 1, http =>
    'phone_notice_schedule 60s; phone_pump interval=200ms;'
    . 'phone_fetch_timeout 1s;');
$single->start;
$p = $single;

# another one takes the place of nginx's own socket

my $fake = $single->dir . '/fetch.sock';
unlink $fake or die;
$payer = $p->payer('13800000002', 100000);
$p->{allow} = qr/connect\(\) to unix:\Q$fake\E failed/;

is met($shop->url), 'upstream', 'nobody listens';

my $bytes = '';
for my $name ('silent', sort keys %fake) {
    unlink $fake;
    my $server = IO::Socket::UNIX->new(Local => $fake, Listen => 4) or die $!;
    my $pid = spawn(sub {
        while (my $client = $server->accept) {
            sysread $client, $bytes, 65536;
            sleep 120 if $name eq 'silent';
            syswrite $client, $fake{$name};
            close $client;
        }
    });
    close $server;
    is met($shop->url), $name eq 'silent' ? 'timeout' : 'upstream', "fake: $name";
    Phone::Env::stop_process($pid, 'KILL');
}

$p->reload(wait => 1) for 1 .. 3;

done_testing;
