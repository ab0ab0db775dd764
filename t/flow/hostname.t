# A name in phone_redis: all its addresses are tried, and it is asked for again
# where a resolver is configured.

use lib 't/lib';
use Phone::Product;
use Phone::FakeRedis;
use Phone::Redis;
use Phone::Resolver;

my $redis = Phone::Redis->new(appendfsync => 'always');
my $fake = Phone::FakeRedis->new(behavior => 'proxy', upstream => $redis->socket);
my $port = $fake->port;
my $dns = Phone::Resolver->new(localhost => '127.0.0.1');

my $p = Phone::Product->new(redis => 0, stopped => 1, workers => 2, safe => 1,
    store => "localhost:$port", allow => qr/never/,
    http => 'resolver ' . $dns->address . ' valid=1s ipv6=off; resolver_timeout 1s;');
$p->{redis} = $redis;
$p->start;

sub works { my $reply = patient { $p->check }; return $reply->{json}{ok} }

ok works(), 'a name';
ok scalar(grep { $_ eq 'localhost' } $dns->questions), 'was asked for';


# The name moves: an address that nobody listens at comes first

$dns->set(localhost => ['127.0.0.9', '127.0.0.1']);
$fake->stop;
$fake->start;
ok works(), 'one of its addresses is dead: the next one is tried';

$dns->set(localhost => '127.0.0.9');
$fake->stop;
select undef, undef, undef, 1.5;
$fake->start;
ok wait_for(sub { $p->check->{status} == 503 && $p->check->{status} == 503 }), 'the name leads elsewhere: so do we';
$dns->set(localhost => '127.0.0.1');
ok works(), 'and back, without a reload';


# Without an answer the address of the start counts

for my $case ('nxdomain', 'silent') {
    select undef, undef, undef, 1.2;
    $dns->set(localhost => $case);
    $fake->stop;
    $fake->start;
    ok works(), "$case: the address of the start";
}


# Without a resolver

$p->configure(http => '');
$p->reload(wait => 1);
my $asked = $dns->questions;
$fake->stop;
$fake->start;
ok works(), 'no resolver: the addresses of the start';
is scalar(my @now = $dns->questions), $asked, 'nobody was asked';

done_testing;
