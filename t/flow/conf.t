# conf/ as it is shipped: nginx's own refusals are JSON, one address cannot take
# the place of all, and the operator has a listener of his own.

use lib 't/lib';
use Phone::Product;
use Phone::Env qw(build free_port nginx slurp spawn stop_process temp_dir wait_for);
use IO::Socket::INET;
use IO::Select;
use Cpanel::JSON::XS ();
use Time::HiRes ();

my $top = temp_dir();
my ($dir, $port, $operator_port) = ("$top/run", free_port(), free_port());

local %ENV = (%ENV, PORT => $port, OPERATOR_PORT => $operator_port, RUN_DIR => $dir,
              DEMO => 0, WORKERS => 2, NGINX_BINARY => nginx());
$ENV{PHONE_MODULE} = 'none' if build() eq 'asan';
my $pid = spawn(['sh', '-c', "exec conf/run > $top/out 2>&1"]);

ok wait_for(sub { -s "$top/out" && slurp("$top/out") =~ /^ready /m }), 'it runs'
    or diag slurp("$top/out");
like slurp("$top/out"), qr{^operator http://127\.0\.0\.1:$operator_port/\nready }m,
    'and says where the operator is';

sub connection {
    my ($from, $to) = @_;
    return IO::Socket::INET->new(LocalAddr => $from, PeerAddr => '127.0.0.1',
        PeerPort => $to || $port, Timeout => 60);
}

# Sends a text and reads one reply: status, its head, and what its body says.

sub call {
    my ($text, $from, $to) = @_;
    my $s = connection($from || '127.0.0.1', $to) or return 'no connection';
    local $SIG{PIPE} = 'IGNORE';
    syswrite $s, $text;
    my $reply = '';
    while (IO::Select->new($s)->can_read(60)) {
        sysread $s, $reply, 65536, length $reply or last;
        last if $reply =~ /\r\nContent-Length: (\d+)\r\n.*?\r\n\r\n(.*)/s && length $2 >= $1;
    }
    my ($head, $body) = split /\r\n\r\n/, $reply, 2;
    my ($status) = ($head || '') =~ m{^HTTP/1\.1 (\d+)};
    return ($status || 0, $head || '', eval { Cpanel::JSON::XS::decode_json($body) } || {});
}

sub get { my ($path, @more) = @_; call("GET $path HTTP/1.1\r\nHost: x\r\n\r\n", @more) }

sub form {
    my ($path, $body, @more) = @_;
    call("POST $path HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\n"
         . 'Content-Length: ' . length($body) . "\r\n\r\n$body", @more);
}

sub refused {
    my ($name, $want, $code, $status, $head, $json) = @_;
    is "$status $json->{code}", "$want $code", $name;
    like $head, qr/^Content-Type: application\/json/m, "$name: JSON";
    ok $json->{message} && $json->{message_zh} && defined $json->{retryable}
       && $json->{request_id}, "$name: all of an error" or diag explain $json;
}


# What nginx itself refuses

refused('a body that is too large', 413, 'TOO_LARGE', form('/login', 'x' x 70000));
refused('an address that nobody serves', 404, 'NOT_FOUND', get('/nowhere'));
refused('a path that means nothing', 400, 'BAD_REQUEST', get('/%zz'));
refused('a path above the root', 400, 'BAD_REQUEST', get('/../..'));
refused('a line that is too long', 414, 'TOO_LARGE', get('/' . 'x' x 40000));
refused('a method that a page does not take', 405, 'METHOD_NOT_ALLOWED', form('/status', 'x=1', '127.0.0.1', $operator_port));
refused('no Host', 400, 'BAD_REQUEST', call("GET /me HTTP/1.1\r\n\r\n"));
refused('headers that are too large', 431, 'TOO_LARGE',
    call("GET /me HTTP/1.1\r\nHost: x\r\nX: " . 'x' x 40000 . "\r\n\r\n"));
refused('a coding that nginx does not know', 400, 'BAD_REQUEST',
    call("POST /login HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: gzip\r\n\r\n"));
refused('a version of HTTP that there is not', 400, 'BAD_REQUEST', call("GET /me HTTP/2.1\r\nHost: x\r\n\r\n"));
refused('a method that nginx does not know, and a body that is too large', 405, 'METHOD_NOT_ALLOWED',
    call("TRACE /me HTTP/1.1\r\nHost: x\r\nContent-Length: 70000\r\n\r\n"));
refused('a coding that nginx does not know, and a body that is too large', 400, 'BAD_REQUEST',
    call("POST /login HTTP/1.1\r\nHost: x\r\nContent-Length: 70000\r\nTransfer-Encoding: gzip\r\n\r\n"));
refused('a page of errors asked for', 404, 'NOT_FOUND', get('/.errors/busy'));
refused('another machine at the operator\'s', 403, 'FORBIDDEN',
    get('/status', '127.0.0.9', $operator_port));

# (20 at a time, which a slow machine takes for less than 10 a second as well)

my @last;
wait_for(sub {
    my @crowd = map { connection('127.0.0.5') } 1 .. 40;
    syswrite $_, "POST /login HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\n"
        . "Content-Length: 7\r\n\r\nphone=1" for @crowd;
    @last = form('/login', 'phone=1', '127.0.0.5');
    $last[0] == 429;
});
refused('too many logins', 429, 'RATE_LIMITED', @last);
like $last[1], qr/^Retry-After: 1\r?$/m, 'which says when to come back';
ok wait_for(sub { slurp("$dir/access.log") =~ /^.* $last[2]{request_id}$/m }),
    'and is found in the log';

# a gateway's call that is refused before it is one

get('/sms/report?token=not-for-a-log');
form('/sms/text?token=not-for-a-log', 'x' x 70000, '127.0.0.9', $operator_port);
my @after = ((get('/nowhere'))[2]{request_id}, (get('/nowhere', undef, $operator_port))[2]{request_id});
ok wait_for(sub { slurp("$dir/access.log") =~ /$after[0]/ && slurp("$dir/operator.log") =~ /$after[1]/ }),
    'what comes after it is in the logs';
unlike slurp("$dir/access.log") . slurp("$dir/operator.log"), qr/not-for-a-log/, 'the token of a gateway is not';


# The same over TLS and HTTP/2, as in production

{
    my ($h2, $tls) = (free_port(), free_port());
    my @certificate = ('-keyout', "$dir/tls.key", '-out', "$dir/tls.pem");
    waitpid spawn([qw(openssl req -x509 -newkey rsa:2048 -nodes -subj /CN=x), @certificate],
                  out => "$dir/openssl.log"), 0;
    my $conf = slurp("$dir/conf/nginx.conf");
    $conf =~ s/listen 127\.0\.0\.1:$port;/$& listen 127.0.0.1:$h2 http2;
        listen 127.0.0.1:$tls ssl; ssl_certificate $dir\/tls.pem; ssl_certificate_key $dir\/tls.key;
        location = \/site { proxy_pass http:\/\/127.0.0.1:1; }
        location = \/closed { return 401; }
        location = \/file { alias $dir\/tls.pem; }
        location = \/members { phone_auth on; proxy_pass http:\/\/127.0.0.1:1; }/;
    open my $file, '>', "$dir/conf/nginx.conf" or die $!;
    print $file $conf;
    close $file;
    kill 'HUP', slurp("$dir/nginx.pid");
    ok wait_for(sub { connection('127.0.0.1', $h2) }), 'it listens for HTTP/2';

    refused('HTTP at a port for HTTPS', 400, 'BAD_REQUEST', get('/me', undef, $tls));
    refused('a body that is too large, at a port for HTTPS', 400, 'BAD_REQUEST',
        form('/me', 'x' x 70000, undef, $tls));

    my @away;
    wait_for(sub { @away = get('/site'); $away[0] != 404 });      # of the old workers
    refused('a site whose backend is away', 503, 'BUSY', @away);

    refused('a site that is closed', 401, 'LOGIN_REQUIRED', get('/closed'));
    my $tls_file = sub { call("GET /file HTTP/1.1\r\nHost: x\r\n$_[0]\r\n\r\n") };
    refused('a file that has changed', 412, 'BAD_REQUEST', $tls_file->('If-Match: "other"'));
    my @range = $tls_file->('Range: bytes=999999-');
    refused('a range beyond its end', 416, 'BAD_REQUEST', @range);
    like $range[1], qr{^Content-Range: bytes \*/\d+\r?$}m, 'which says where it is';

    my $body = 'phone=13800000001&password=new-words-here';
    call("POST /operator/accounts HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer "
         . slurp("$dir/operator.token") =~ s/\s//gr . "\r\nContent-Type: application/x-www-form-urlencoded\r\n"
         . 'Content-Length: ' . length($body) . "\r\n\r\n$body", undef, $operator_port);
    my ($cookie) = (form('/login', $body, '127.0.0.10'))[1] =~ /^Set-Cookie: (phone_session=[^;]+)/m;
    waitpid spawn(['redis-cli', '-s', "$dir/redis.sock", 'CLIENT', 'PAUSE', 5000], out => "$dir/pause.log"), 0;
    @away = call("GET /members HTTP/1.1\r\nHost: x\r\nCookie: $cookie\r\n\r\n");
    refused('a guarded site whose store is away', 503, 'BUSY', @away);
    is scalar(() = $away[1] =~ /^$_:/mg), 1, "$_, once" for qw(Cache-Control Retry-After);
    is scalar(() = (get('/nowhere'))[1] =~ /^Cache-Control: no-store/mg), 1, 'of others as well';

    # the headers of a POST over HTTP/2, and not a byte of the body

    my $post = sub {
        my ($path, $length) = @_;
        my $s = connection('127.0.0.1', $h2);
        my $head = join '', map { pack 'x C/a* C/a*', @$_ } [':method', 'POST'], [':scheme', 'http'],
            [':path', $path], [':authority', 'x'], ['content-length', $length],
            ['content-type', 'application/json'];
        syswrite $s, "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" . pack('x3 C x5', 4)
            . pack('x n C2 N', length $head, 1, 4, 1) . $head;
        my $reply = '';
        while ($reply !~ /\}|<\/html>/ && IO::Select->new($s)->can_read(60)) {
            sysread $s, $reply, 65536, length $reply or last;
        }
        return $reply;
    };
    like $post->('/login', 70000), qr/"code":"TOO_LARGE"/, 'a body that is too large, over HTTP/2: JSON';
    like $post->('/password', 30), qr/"code":"LOGIN_REQUIRED"/, 'a body of somebody who is not logged in';
}


# The operator's listener

ok wait_for(sub { (get('/status', undef, $operator_port))[0] == 200 }), 'status is there, with the store';
is +(get('/metrics', undef, $operator_port))[0], 200, 'so are the metrics';
is +(get('/operator/check', undef, $operator_port))[0], 401, 'the operator needs his token';
is +(get($_))[0], 404, "$_ is not for the public" for qw(/status /metrics /operator/check);


# Forged calls of one address: limited before the signature is looked at

my (%status, @open);
for my $round (1 .. 40) {
    last if ($status{429} || 0) > 50;
    my @s = map { connection('127.0.0.6') } 1 .. 150;
    my $body = 'merchant_id=x&sign=x';
    syswrite $_, "POST /pay/bill HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Type: "
        . "application/x-www-form-urlencoded\r\nContent-Length: " . length($body)
        . "\r\n\r\n$body" for @s;
    for my $s (@s) {
        sysread $s, my $reply, 4096;
        $status{ ($reply || '') =~ m{^HTTP/1\.1 (\d+)} ? $1 : 0 }++;
    }
}
cmp_ok $status{429} || 0, '>', 50, 'a flood of forged calls is cut';
cmp_ok $status{401} || $status{400} || 0, '>', 300, 'after a generous burst'
    or diag explain \%status;
isnt +(form('/pay/bill', 'merchant_id=x', '127.0.0.7'))[0], 429, 'another address is not';


# Connections of one address with calls under way

sub half_sent {
    my $s = connection('127.0.0.8');
    syswrite $s, "POST /pay/bill HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\n";
    return $s;
}

# on a slow machine the first ones end before the last ones come
@open = map { half_sent() } 1 .. 200;
my @more;
wait_for(sub {
    @more = get('/me', '127.0.0.8');
    push @open, map { half_sent() } 1 .. 20 if $more[0] != 429;
    return $more[0] == 429;
});
refused('one call more of an address that has 200', 429, 'RATE_LIMITED', @more);
is +(get('/me', '127.0.0.7'))[0], 401, 'another address is served';
@open = ();


# Files of one address: each may take 65 MiB of a disk, signed or not

sub half_a_file {
    my $s = connection('127.0.0.9');
    syswrite $s, "POST /pay/reconcile?x=1 HTTP/1.1\r\nHost: x\r\nContent-Type: text/csv\r\n"
        . "Content-Length: 60000000\r\n\r\nout_trade_no,amount\n";
    return $s;
}

@open = map { half_a_file() } 1 .. 10;
ok wait_for(sub {
    return 1 if (form('/pay/reconcile', 'x=1', '127.0.0.9'))[0] == 429;
    push @open, half_a_file();
    return 0;
}), 'ten files at a time';
isnt +(form('/pay/bill', 'x=1', '127.0.0.9'))[0], 429, 'other calls are taken';
isnt +(form('/pay/reconcile', 'x=1', '127.0.0.7'))[0], 429, 'files of others as well';
@open = ();


# Half-sent calls of one address

@open = map {
    my $s = connection('127.0.0.2') or die "$_: $!";
    syswrite $s, "GET /me HTTP/1.1\r\nHost: x\r\n";
    $s;
} 1 .. 8300;
is +(get('/me', '127.0.0.3'))[0], 401, 'eight thousand half-sent calls: others are served';
ok !IO::Select->new($open[-1])->can_read(0), 'before these are given up';
ok wait_for(sub {
    my $closed = 0;
    for my $s (@open[0 .. 99]) {
        $closed++ if IO::Select->new($s)->can_read(0);
    }
    $closed == 100;
}), 'and they are given up soon';
@open = ();

stop_process($pid);
unlike slurp("$dir/error.log"), qr/\[(?:alert|crit|emerg)\]/, 'without alarm';


# A fetch socket that an nginx has left behind which was killed

{
    my $p = Phone::Product->new;
    my @all = ($p->{pid}, $p->workers);
    kill 'KILL', @all;
    waitpid delete $p->{pid}, 0;
    ok wait_for(sub { !$p->answers }), 'killed: nobody listens';
    ok -S $p->dir . '/fetch.sock', 'killed: the socket stays';
    $p->start;
    ok $p->wait_log(qr/removed ".*fetch\.sock", which nobody listens on/), 'the next one removes it';
    is $p->get('/me')->{status}, 401, 'and serves';
    $p->reload;
    ok -S $p->dir . '/fetch.sock', 'a reload does not';
}

done_testing;
