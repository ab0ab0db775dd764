# A call without a URL goes where a location of the fetch server says: texts to
# a gateway, its credentials in the location alone.

use lib 't/lib';
use Phone::Product;
use Phone::Env qw(free_port slurp);
use Phone::Merchant;
use IO::Socket::UNIX;

my $gateway = Phone::Merchant->new;
my $port = $gateway->port;

my $p = Phone::Product->new(http => 'phone_pump interval=200ms;'
    . ' phone_code_sends 100; phone_code_day 1000; phone_sms_tries 1000;'
    . ' phone_fetch_timeout 2s;', workers => 1);
my $socket = $p->dir . '/fetch.sock';
my $serial = 0;


# The location is conf/gateway.conf's, but for the port and what is added.

sub location {
    my ($added, $pass) = @_;

    my ($location) = slurp('conf/gateway.conf') =~ m{(location = /sms \{.*?\n\})}s
        or die 'no location in conf/gateway.conf';
    $location =~ s{include [^;]*;}{set \$kannel_password p; set \$gateway_token t;} or die;
    $location =~ s{proxy_ignore_headers [^;]*;}{} or die;
    $pass ||= "http://127.0.0.1:$port/cgi-bin/sendsms";
    $location =~ s{proxy_pass +[^;]*}{proxy_pass $pass} or die;
    $location =~ s{\}\s*\z}{$added\}};

    my $fetch = $p->{fetch} ||= slurp($p->dir . '/fetch.conf');
    $fetch =~ s{^phone_fetch_log.*}{phone_fetch_location sms /sms;}m or die;
    $fetch =~ s{(access_log[^;]*;)}{$1\n$location} or die;
    $p->write('fetch.conf', $fetch);
    $p->reload(wait => 1);
}

# A new number asks for a code.

sub asked {
    my $phone = sprintf '138%08d', ++$serial;
    my $reply = $p->post('/login/code', { phone => $phone });
    die "no code: $reply->{content}\n" unless $reply->{status} == 202;
    return "+86$phone";
}

sub pending { return scalar grep { $p->redis->hash($_)->{text} } $p->redis->keys('phone:*:sms:*') }
sub metric {
    my ($name) = @_;
    my ($value) = $p->get('/metrics')->{content}
        =~ /^phone_fetches_total\{result="\Q$name\E"\} (\S+)$/m;
    return $value || 0;
}

# A text that the gateway has not taken stays, and counts as $result.

sub fails {
    my ($result, $name) = @_;
    my $before = metric($result);
    my $had = pending();

    asked();
    ok wait_for(sub { metric($result) > $before }), "$name: $result";
    is pending(), $had + 1, 'and the text is kept';
}


location('');

my $phone = asked();
ok $gateway->wait_for(1), 'a text comes to the gateway';
my ($text) = $gateway->requests;

is $text->{method}, 'POST', 'by POST';
is $text->{uri}, '/cgi-bin/sendsms', 'nothing of it is in the path';
is $text->{headers}{'x-kannel-to'}, $phone, 'the number';
is $text->{headers}{'x-kannel-username'}, 'ngx_phone', 'the user of the location';
is $text->{headers}{'content-type'}, 'text/plain; charset=utf-8', 'plain text';
my ($password) = $text->{body} =~ /Temporary password: (\w+)/;
ok $password, 'with the password';
is $text->{headers}{'to'}, undef, 'no header that the location has removed';
is scalar(grep { /^phone-fetch/ } keys %{ $text->{headers} }), 0,
    'nor one of ours';
ok wait_for(sub { pending() == 0 }), 'a text that is sent is forgotten';
is metric('2xx'), 1, 'it counts as sent';
ok !-s $p->dir . '/sms.log', 'and is in no log';

unlike slurp($p->dir . '/fetch.log'), qr/$password|\Q$phone\E/,
    'the access log has neither password nor number';


# Answers that count for nothing

$gateway->behave(503);
my $before = $gateway->requests;
asked();
ok $gateway->wait_for($before + 1), 'the gateway refuses';
$gateway->behave('with:202');
ok $gateway->wait_for($before + 2), 'and gets it again';
ok wait_for(sub { pending() == 0 }), 'until it says 2xx';

$gateway->behave('redirect');
fails('3xx', 'a redirect');
$gateway->behave('with:200|Refresh: 0; url=/x');
fails('3xx', 'one of another kind');
$gateway->behave('huge');
fails('large', 'too much of an answer');
$gateway->behave('silent');
fails('timeout', 'none');
$gateway->behave('junk');
fails('reply', 'no HTTP');
$gateway->behave('with:200|X-Accel-Redirect: /inside');
fails('reply', 'one that leads into this nginx');

$gateway->stop;
fails('refused', 'nobody there');


# The location

location('', "https://127.0.0.1:" . $p->port);
fails('refused', 'no TLS there, which is not told apart without a name');
location('', "https://127.0.0.1:" . $p->port
             . '/; proxy_ssl_server_name on; proxy_ssl_name gateway.test');
fails('tls', 'with one');

location('return 404;');
fails('upstream', 'a location that asks nobody');
ok $p->wait_log(qr{fetch server returned 404 of its own for "sms"}),
    'and it is said which';

my $handle = IO::Socket::UNIX->new(Peer => $socket) or die $!;
syswrite $handle, join "\r\n", 'POST /sms HTTP/1.1', 'Host: x',
    'Connection: close', 'To: +8613800000001', 'Content-Length: 2', '', 'hi';
like do { local $/; <$handle> }, qr{^HTTP/1\.1 403},
    'nobody else sends texts through it';

$p->{allow} = qr{fetch server returned|connect\(\) failed|upstream|SSL_do_handshake};

done_testing;
