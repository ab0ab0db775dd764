# Somebody sets the clock of one of two hosts, by days, between two comparisons
# with that of Redis: nothing is decided by it.  No bill expires, no session
# ends, no lease is taken from the other host, no event is put off for days.

use lib 't/lib';
use Phone::Product;
use Phone::Env qw(build spew temp_dir top);
use Phone::Merchant;

plan(skip_all => 'a sanitizer wants to be loaded first') if build() eq 'asan';

use constant DAY => 86400;

my $library = temp_dir() . '/set_clock.so';
is system('cc', '-O1', '-shared', '-fPIC', '-o', $library,
          top() . '/t/lib/set_clock.c'), 0, 'a clock that can be set';

my $backend = Phone::Merchant->new('ok');
my $pump = 'phone_pump interval=100ms;';
my $good = Phone::Product->new(http => $pump);
my $redis = $good->redis;

# One worker: what one says of the store is true of the whole host.
my $host = Phone::Product->new(redis => 0, stopped => 1, workers => 1, http => $pump,
    store => 'unix:' . $redis->socket, allow => qr/its clock and the clock of this host/);

my $clock = temp_dir() . '/clock';

sub set_clock { open my $file, '+<:raw', $clock or die "$clock: $!\n";
    syswrite $file, pack 'q', 1e6 * $_[0] }

spew($clock, pack 'q', 0);
{
    local @ENV{qw(LD_PRELOAD PHONE_CLOCK)} = ($library, $clock);
    $host->start;
}

my $shop = $good->shop('tea', notify_url => $backend->url, reply_sign => 0);
my $payer = $good->payer('13800000001', 1000000);
my $serial = 0;

sub bill { my $order = ++$serial;
    my $host = $_[0];
    return patient { $host->bill($shop, out_trade_no => $order, amount => 100,
        payer_phone => $payer->{phone}, subject => 'tea') }->{json}{bill_id} }

sub pay { $_[0]->pay($payer, $_[1], $payer->{cards}[0]) }
sub up { wait_for(sub { $host->get('/me', cookie => $payer->{cookie})->{status} == 200 }) }
sub record { my ($bucket) = $_[0] =~ /^(\d{3})/;
    return $redis->hash("phone:{$bucket}:bill:$_[0]") }

my @open = map { bill($good) } 1 .. 30;
ok up(), 'both hosts work';


# Beyond the bound, in either direction

for my $ahead (2 * DAY, -30 * DAY, 6) {
    my @more = map { bill($host) } 1 .. 5;
    is scalar(grep { defined } @more), 5, 'the host makes bills';

    my $had = length $host->log;
    set_clock($ahead);

    my %code;
    my $end = Time::HiRes::time() + 2.1;
    while (Time::HiRes::time() < $end) {
        my $reply = pay($host, $open[0]);
        $code{ "$reply->{status} $reply->{json}{code}" }++;
    }

    is join(', ', keys %code), '503 STORE_UNAVAILABLE', "set by $ahead s: 503 from the first call on";
    like substr($host->log, $had), qr/\[warn\].*the clock of this host was set by/, 'the log says why';

    is pay($good, $_)->{status}, 200, 'the other host pays its bills' for @more;
    ok wait_for(sub {
        my %told = map { $_->{form}{bill_id} => 1 } $backend->requests;
        !grep { !$told{$_} } @more;
    }), 'and sends their notices';

    is scalar(grep { record($_)->{status} eq 'EXPIRED' } @open), 0, 'no bill has expired';

    my @off = map {
        my %score = @{ $redis->command('ZRANGE', $_, 0, -1, 'WITHSCORES') };
        map { $score{$_} / 1000 - time } grep { !/^(?:statement\.close|ledger\.month) / } keys %score;
    } $redis->keys('phone:{*}:due');
    is join(' ', grep { abs $_ > DAY + 60 } @off), '', 'no event is put off, or before its time';

    set_clock(0);
    ok up(), 'set right: it works again';
}

my %times;
$times{ $_->{form}{notify_id} }++ for $backend->requests;
is_deeply [grep { $times{$_} > 1 } keys %times], [], 'no notice went out twice';


# Within it nobody is held up

set_clock(3);
is pay($host, $open[1])->{status}, 200, 'set by 3 s: paid';
set_clock(0);
$host->books_are_right;
done_testing;
