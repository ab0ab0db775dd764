# A commit that something between nginx and Redis holds up for a minute is not
# applied when it arrives: the statement of its day may have been made.

use lib 't/lib';
use Phone::Product;
use Phone::Env qw(build spew temp_dir top);
use Phone::FakeRedis;
use Phone::Redis;
use IO::Socket::UNIX;

plan(skip_all => 'a sanitizer wants to be loaded first') if build() eq 'asan';

my $library = temp_dir() . '/set_clock.so';
is system('cc', '-O1', '-shared', '-fPIC', '-o', $library,
          top() . '/t/lib/set_clock.c'), 0, 'a clock that can be set';

my $clock = temp_dir() . '/clock';
my $redis;

sub set_clock { open my $file, '+<:raw', $clock or die "$clock: $!\n";
    syswrite $file, pack 'q', 1e6 * $_[0] }

spew($clock, pack 'q', 0);
{
    local @ENV{qw(LD_PRELOAD PHONE_CLOCK)} = ($library, $clock);
    $redis = Phone::Redis->new(appendfsync => 'always');
}

my $fake = Phone::FakeRedis->new(behavior => 'proxy', upstream => $redis->socket);
my $p = Phone::Product->new(redis => 0, stopped => 1, workers => 1,
    store => 'unix:' . $fake->socket, http => 'phone_pump interval=200ms;',
    allow => qr/its clock and the clock of this host/);
$p->{redis} = $redis;
$p->start;

my $shop = $p->shop('tea', reply_sign => 0);
my $payer = $p->payer('13800000001', 1000);
my $bill = $p->bill($shop, out_trade_no => 1, amount => 100,
    payer_phone => $payer->{phone}, subject => 'tea')->{json}{bill_id};

sub status { (patient { $p->query($shop, bill_id => $bill) })->{json}{status} }


# What the worker has sent arrives, and nobody waits for the answer any more.

sub arrive {
    my $socket = IO::Socket::UNIX->new(Type => SOCK_STREAM, Peer => $redis->socket) or die;
    my $answer = '';
    syswrite $socket, $fake->kept;
    shutdown $socket, 1;
    1 while sysread $socket, $answer, 4096, length $answer;
    return join ' ', $answer =~ /:(-?\d+)/g;
}

ok wait_for(sub { status() eq 'PUSHED' }), 'a bill';
$fake->behave('proxy', keep => '(?s)^EVALSHA .*ledger:', times => 10);
is $p->pay($payer, $bill, $payer->{cards}[0])->{status}, 503, 'the commits of its payment are held up';
$fake->behave('proxy');

set_clock(60);

# a commit of the pump may have gone with one of them: an event has its lease

like arrive(), qr/-1/, 'a minute later they are too late';
set_clock(0);
is status(), 'PUSHED', 'and the bill is not paid';

arrive();
is status(), 'PAID', 'in time one of them is applied';
$p->books_are_right;
done_testing;
