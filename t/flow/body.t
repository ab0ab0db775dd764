# Who else reads a body: a location that was tried first and has sent a part of it
# on, and nginx's "mirror"; and whose body is not asked for.

use lib 't/lib';
use Phone::Toys;
use Phone::Product;
use Phone::Env qw(slurp temp_dir);
use Phone::Sign;
use Digest::SHA ();

my $blobs = temp_dir() . '/blobs';
my $p = Phone::Product->new(workers => 1, stopped => 1);
my $port = $p->port;

# /part/, /sent/ and /whole/ fail, and hand over to one of these

my %to = (toy      => 'rewrite ^/\w+/(.*) /toy/$1 break; phone_toy;',
          accounts => 'rewrite ^/\w+/(.*) /operator/$1 break; phone_operator;',
          notice   => 'phone_notify platform.pub merchant_id=tea; try_files /nothing/there /told;');

# the first reaches nobody, the second one sends all of a body on before it fails

my $at_once = 'proxy_request_buffering off; proxy_http_version 1.1;';
my %by = (part  => "$at_once proxy_pass http://127.0.0.1:1;",
          sent  => "$at_once proxy_pass http://127.0.0.1:$port/nobody; proxy_intercept_errors on;",
          whole => 'proxy_pass http://127.0.0.1:1;');

my $location = '';
for my $to (sort keys %to) {
    my $path = $to eq 'toy' ? '' : $to;
    $location .= "location \@$to { $to{$to} }\n";
    $location .= "location /$_/$path { $by{$_} error_page 502 = \@$to; }\n" for sort keys %by;
}

$p->configure(http => "phone_blobs $blobs;", location => <<"END");
$location
location = /nobody { proxy_pass http://127.0.0.1:1; }
location = /told { return 200 "success"; }
location /mirrored/ { mirror /mirror; phone_toy /mirrored/; }
location = /mirror { internal; return 204; }
location /auth/ { phone_auth on; client_max_body_size 80m; proxy_pass http://127.0.0.1:1; }
END
$p->write('platform.pub', slurp($p->{platform}{public}));
$p->start;

my $li = $p->payer('13800000001', 100);

sub names {
    my ($number) = @_;
    return join ',', map { $p->redis->hash($_)->{name} } $p->redis->keys("phone:*:account:*$number");
}
sub head {
    my ($path, %header) = @_;
    return "POST $path HTTP/1.1\r\nHost: a\r\nConnection: close\r\n"
        . "Authorization: Bearer operator-token-for-tests\r\n"
        . join('', map { "$_: $header{$_}\r\n" } sort keys %header) . "\r\n";
}

my %form = ('Content-Type' => 'application/x-www-form-urlencoded');
my $not_whole = qr{^HTTP/1\.1 500 .*"code":"INTERNAL"}s;


# Of a form a part has come

my $form = 'phone=13800000077&name=Alexander&password=abcdefgh1234';
my $ale = substr $form, 0, index($form, 'xander');

like $p->raw(head('/part/accounts', %form, 'Content-Length' => length $form) . $ale),
    $not_whole, 'a part of a form is not executed';
like $p->raw(head('/part/accounts', %form, 'Transfer-Encoding' => 'chunked')
             . sprintf "%x\r\n%s\r\n", length $ale, $ale),
    $not_whole, 'nor that of a form in chunks';
is names('77'), '', 'there is no such account';
like $p->log, qr/\[error\] .*the body of the request is not complete: .* remove "proxy_request_buffering off"/,
    'the log says why';


# All of it has come; what was sent on is not there any more

my $large = $form . '&' . 'x' x 30_000 . '=1';

like $p->raw(head('/sent/accounts', %form, 'Content-Length' => length $large),
             unpack '(a10000)*', $large),
    $not_whole, 'what is left of a form is not executed';
is names('77'), '', 'there is still no such account';


# All of it is there

for my $path (qw(part whole)) {
    my $number = $path eq 'part' ? '78' : '79';
    my $body = $form =~ s/77/$number/r;
    like $p->raw(head("/$path/accounts", %form, 'Content-Length' => length $body) . $body),
        qr{^HTTP/1\.1 200 }, "/$path/: a form that is whole is executed";
    is names($number), 'Alexander', 'with all of it';
}
my $body = $form =~ s/77/80/r;
like $p->raw(head('/whole/accounts', %form, 'Transfer-Encoding' => 'chunked'),
             (map { sprintf "%x\r\n%s\r\n", length, $_ } unpack '(a20)*', $body), "0\r\n\r\n"),
    qr{^HTTP/1\.1 200 }, 'and one in chunks';
is names('80'), 'Alexander', 'with all of it';


# A file; a notice

like $p->raw(head('/part/measure', 'Content-Type' => 'text/plain', 'Content-Length' => 10) . 'hello'),
    $not_whole, 'a part of a file is no file';
like $p->raw(head('/part/notice', %form, 'Content-Length' => 1000) . 'notify_id=1'),
    qr{^HTTP/1\.1 500 }, 'a part of a notice is not checked';


# A file that another module has read to memory

for my $path (qw(mirrored part whole)) {
    my $sha256 = Digest::SHA::sha256_hex('hello');
    like $p->raw(head("/$path/measure", 'Content-Type' => 'text/plain', 'Content-Length' => 5) . 'hello'),
        qr/"code":"OK","sha256":"$sha256","size":5,/, "/$path/ takes a file";
}
sub measure { return $p->request('POST', $_[0], body => $_[1], headers => { 'Content-Type' => $_[2] || 'text/plain' }) }

is measure('/mirrored/measure', "--XX\r\nContent-Disposition: form-data; name=\"title\"\r\n\r\ntea\r\n--XX\r\n"
           . "Content-Disposition: form-data; name=\"data\"; filename=\"a\"\r\n\r\nhello\r\n--XX--\r\n",
           'multipart/form-data; boundary=XX')->{json}{title}, 'tea', 'and one in a form';
is measure('/mirrored/measure', 'x' x 1001)->{status}, 413, 'not one that is too large';
is_deeply [glob $p->dir . '/temp/client_body/*'], [], 'no file is left';


# "Expect: 100-continue" is not answered for a body that is refused

sub expect {
    my ($path, %header) = @_;

    my $socket = $p->connect;
    syswrite $socket, head($path, %header, Expect => '100-continue');
    sysread $socket, my $got, 65536;
    close $socket;

    return $got =~ m{^HTTP/1\.1 (\d+)} ? $1 : $got;
}

my %png = ('Content-Type' => 'image/png', 'Content-Length' => 60_000_000);

is expect('/toy/measure', %png), 413, 'one that is too large';
is expect('/operator/accounts', %form, 'Content-Length' => 90_000), 413, 'a form as well';
is expect('/toy/pictures', %png, Origin => 'http://evil'), 403, 'of another site';
is expect('/operator/accounts', 'Content-Type' => 'image/png', 'Content-Length' => 10), 415, 'of another type';
is expect('/toy/nothing', %png), 404, 'for nobody';
is expect('/me', %form, 'Content-Length' => 10), 405, 'of another method';
is expect('/auth/x', %png), 401, 'of somebody without a session';
is expect('/auth/x', %png, Cookie => 'phone_session=x'), 401, 'with a bad one';
is expect('/toy/pictures', %png, Cookie => $li->{cookie}), 100, 'another one is asked for';

my $socket = $p->connect;
syswrite $socket, "OPTIONS /me HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 10\r\n\r\n";
sysread $socket, my $got, 65536;
like $got, qr{^HTTP/1\.1 204 }, 'OPTIONS takes none';

done_testing;
