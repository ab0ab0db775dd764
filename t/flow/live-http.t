# PAY-2: live events over HTTP/2 and TLS, through filters of nginx, to a client
# that does not read, in a worker without a master.

use lib 't/lib';
use Phone::Product;
use Phone::Env qw(spawn slurp is_running stop_process);
use Time::HiRes ();

my $p = Phone::Product->new(workers => 1, http => 'phone_live_open 5s; phone_clock_bound 1s;');
my $dir = $p->dir;
my $shop = $p->shop('tea', reply_sign => 0);
my $payer = $p->payer('13800000001', 100000000);
my $serial = 0;

sub bill {
    return $p->bill($shop, out_trade_no => 'T' . ++$serial, amount => 100,
        payer_phone => $payer->{phone}, subject => 'tea')->{json}{bill_id};
}

sub metric {
    my ($name) = @_;
    my ($value) = $p->get('/metrics')->{content} =~ /^\Q$name\E (\S+)$/m;
    return $value;
}

sub openssl {
    my $pid = spawn(['openssl', @_], out => "$dir/openssl.log");
    waitpid $pid, 0;
    Phone::Env::forget_process($pid);
    die slurp("$dir/openssl.log") if $?;
}

openssl(qw(req -x509 -newkey rsa:2048 -nodes -subj /CN=localhost -days 2
           -keyout), "$dir/tls.key", '-out', "$dir/tls.pem");

my ($h2c, $h2, $tls, $odd) = map { $p->port($_) } qw(h2c h2 tls odd);
my $ssl = "ssl_certificate $dir/tls.pem; ssl_certificate_key $dir/tls.key;";

$p->configure(http => <<"END");
phone_live_open 5s; phone_clock_bound 1s;
server { listen 127.0.0.1:$h2c http2; location = /live { phone_live; } }
server {
    listen 127.0.0.1:$h2 ssl http2; listen 127.0.0.1:$tls ssl; $ssl
    location = /live { phone_live; }
}
server {
    listen 127.0.0.1:$odd;
    location = /live { phone_live; gzip on; gzip_types text/event-stream; gzip_min_length 0; }
    location = /slow { phone_live; limit_rate 200; }
    location = /buffered { phone_live; postpone_output 100000; }
}
END
$p->reload(wait => 1);


# curl in the background: what it prints goes to a file.

my @curls;

sub curl {
    my (@words) = @_;
    my $out = "$dir/curl." . @curls;
    my $pid = spawn(['curl', '-sSNk', @words], out => $out);
    push @curls, $pid;
    return { pid => $pid, out => $out };
}

sub got {
    my ($curl, $pattern) = @_;
    return wait_for { slurp($curl->{out}) =~ $pattern };
}

my @cookie = ('-H', "Cookie: $payer->{cookie}");
my @secure = ('-H', "Cookie: __Host-$payer->{cookie}");     # over TLS


# HTTP/2

sub two_streams {
    return curl('--http2', '--parallel', @secure,
                map { "https://127.0.0.1:$h2/live?$_" } 1, 2);
}

my $one = curl('--http2-prior-knowledge', @cookie, '-D', "$dir/head",
               "http://127.0.0.1:$h2c/live");
ok got($one, qr/retry: 3000/), 'a client over HTTP/2';
like slurp("$dir/head"), qr{^HTTP/2 200}, 'it is HTTP/2';

my $both = two_streams();
ok got($both, qr/retry:.*retry:/s), 'two streams of one connection';
ok wait_for(sub { metric('phone_live_clients') == 3 }), 'three clients';

my $bill = bill();
ok got($one, qr/"bill_id":"$bill"/), 'an event';
ok got($both, qr/$bill.*$bill/s), 'on both streams';
ok got($one, qr/^:$/m), 'a heartbeat';

for my $round (1 .. 3) {
    $p->reload;
    ok wait_for(sub { !is_running($one->{pid}) && !is_running($both->{pid}) }),
        "reload $round: the streams end";
    like slurp($both->{out}), qr/\A(?:(?!curl:).)*\z/s, 'in good order';

    $one = curl('--http2-prior-knowledge', @cookie, "http://127.0.0.1:$h2c/live");
    $both = two_streams();
    ok got($one, qr/retry:/) && got($both, qr/retry:.*retry:/s), 'and come back';
}

stop_process($_->{pid}) for $one, $both;
ok wait_for(sub { metric('phone_live_clients') == 0 }), 'all gone';


# TLS

for my $case ([$tls, '--http1.1'], [$h2, '--http2']) {
    my ($port, $version) = @$case;
    my $client = curl($version, @secure, "https://127.0.0.1:$port/live");
    ok got($client, qr/retry:/), "over TLS, $version";
    $bill = bill();
    ok got($client, qr/$bill/), 'an event';
    stop_process($client->{pid});
}


# Filters

my $plain = curl('--compressed', @cookie, "http://127.0.0.1:$odd/live");
ok got($plain, qr/retry:/), 'compressed';
my $slow = curl(@cookie, "http://127.0.0.1:$odd/slow");
ok got($slow, qr/retry:/), 'with limit_rate';
my $late = curl(@cookie, "http://127.0.0.1:$odd/buffered");
ok got($late, qr/retry:/), 'with postpone_output';

$bill = bill();
ok got($plain, qr/$bill/), 'compressed: an event';
ok got($late, qr/$bill/), 'postponed: an event';
ok got($slow, qr/$bill/), 'limited: an event, in the end';

my @bills = map { bill() } 1 .. 5;
ok got($slow, qr/$bills[4]/), 'limited: five more';
ok got($plain, qr/$bills[0].*$bills[4]/s), 'compressed: all';
stop_process($_->{pid}) for $plain, $slow, $late;



# A client that does not read is closed, and holds up nobody

my $deaf = $p->connect;
setsockopt $deaf, Socket::SOL_SOCKET(), Socket::SO_RCVBUF(), 4096;
syswrite $deaf, "GET /live HTTP/1.1\r\nHost: x\r\nCookie: $payer->{cookie}\r\n\r\n";
my $keen = $p->events('/live', cookie => $payer->{cookie});
wait_for { metric('phone_live_clients') == 2 };

my ($stream) = $p->redis->keys('phone:*:live:+8613800000001');
my $large = '"' . 'x' x 100_000 . '"';
$p->redis->command('XADD', $stream, '*', 'e', 'large', 'd', $large) for 1 .. 90;
$p->redis->command('PUBLISH', $stream, '');

my $started = Time::HiRes::time();
my $seen = 0;
while ($seen < 90 and my $event = $keen->next) {
    $seen++ if $event->{event} eq 'large' && $event->{data} eq $large;
}
is $seen, 90, 'nine megabytes to one';
is metric('phone_live_clients'), 2, 'the other one waits';

my ($pid) = $p->workers;
ok wait_for(sub { metric('phone_live_clients') == 1 }), 'until it is closed';
my $took = Time::HiRes::time() - $started;
cmp_ok $took, '>', 15, "not before its time ($took)";
is metric('phone_live_slow_total'), 1, 'for being slow';
$bill = bill();
is $keen->next->{json}{bill_id}, $bill, 'the other one goes on';


# ... and is cut off when the worker is to end

$deaf = $p->connect;
setsockopt $deaf, Socket::SOL_SOCKET(), Socket::SO_RCVBUF(), 4096;
syswrite $deaf, "GET /live HTTP/1.1\r\nHost: x\r\nCookie: $payer->{cookie}\r\n\r\n";
wait_for { metric('phone_live_clients') == 2 };
$p->redis->command('XADD', $stream, '*', 'e', 'large', 'd', $large) for 1 .. 90;
$p->redis->command('PUBLISH', $stream, '');
select undef, undef, undef, 1;
$started = Time::HiRes::time();
$p->reload;
ok wait_for(sub { !kill 0, $pid }), 'a client that does not read holds no worker';
cmp_ok Time::HiRes::time() - $started, '<', 14, 'until it would be closed';
$p->stop;


# One process

my $single = Phone::Product->new(stopped => 1, workers => 0,
                                 http => 'phone_live_open 5s; phone_clock_bound 1s;');
my $text = slurp($single->dir . '/nginx.conf');
$text =~ s/master_process on/master_process off/;
$text =~ s/worker_processes 0;//;
$single->write('nginx.conf', $text);
$single->start;
my $alone = $single->payer('13800000002', 1000);
my $corner = $single->shop('corner');
my $live = $single->events('/live', cookie => $alone->{cookie});
$bill = $single->bill($corner, out_trade_no => 1, amount => 1, subject => 'x',
                      payer_phone => $alone->{phone})->{json}{bill_id};
is $live->next->{json}{bill_id}, $bill, 'master_process off';
$single->stop;

done_testing;
