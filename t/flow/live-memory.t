# PAY-2: a client that stays costs what it cost when it came: heartbeats and
# events leave nothing in the memory of its request.

use lib 't/lib';
use Phone::Product;
use Phone::Env qw(slurp);
use IO::Select;
use Time::HiRes ();

use constant { CLIENTS => 4, BEATS => 10_000, EVENTS => 2_000 };

# the sanitizers keep what is freed
my $asan = Phone::Env::build() eq 'asan';
my $beats = $asan ? 500 : BEATS;

my $p = Phone::Product->new(workers => 1, http => 'phone_live_open 1h;');
my $payer = $p->payer('13800000001', 1000);
my @live = map { $p->events('/live', cookie => $payer->{cookie}) } 1 .. CLIENTS;
for my $live (@live) {
    wait_for { $live->more(0.2); $live->{raw} =~ /retry:/ };
}

my ($stream) = $p->redis->keys('phone:*:live:*');
my ($pid) = $p->workers;

sub resident {
    my ($kb) = slurp("/proc/$pid/status") =~ /^VmRSS:\s+(\d+) kB/m;
    return 1024 * $kb;
}

# What each client has got, by the pattern, since the last look.

my %select = map { $_ => IO::Select->new($_->{socket}) } @live;

sub count {
    my ($got, $pattern) = @_;

    for my $live (@live) {
        while ($select{$live}->can_read(0)) {
            $live->more(0) or die "a stream has ended\n";
        }
        my $whole = $live->{raw} =~ s/\A(.*\n)//s ? $1 : '';
        $got->{$live} += () = $whole =~ /$pattern/g;
    }
    my ($least) = sort { $a <=> $b } map { $got->{$_} } @live;
    return $least;
}

# Each of these wakes every client for a heartbeat ahead of its time.

sub beat {
    my ($most) = @_;
    my %got;
    my $end = Time::HiRes::time() + 600;
    my $n = 0;

    while ($n < $most && Time::HiRes::time() < $end) {
        for (1 .. 50) {
            $p->redis->command('PUBLISH', $stream, 'sessions');
            Time::HiRes::sleep(0.0012);
        }
        $n = count(\%got, qr/^:\n/m);
    }

    return $n;
}

sub events {
    my ($most) = @_;
    my %got;

    for my $n (1 .. $most) {
        $p->redis->command('XADD', $stream, 'MAXLEN', 100, '*', 'e', 'tick', 'd', "{\"n\":$n}");
        $p->redis->command('PUBLISH', $stream, '');
        Time::HiRes::sleep(0.0005);

        # the stream keeps a hundred
        wait_for { count(\%got, qr/^data: \{"n"/m) >= $n } if $n % 50 == 0;
    }

    return count(\%got, qr/^data: \{"n"/m);
}

for my $case (['heartbeats', \&beat, $beats], ['events', \&events, $asan ? 200 : EVENTS]) {
    my ($what, $make, $most) = @$case;

    $make->(200);                          # what is set up once, is
    my $before = resident();
    my $n = $make->($most);
    my $growth = (resident() - $before) / CLIENTS;

    diag sprintf "%d %s: %d bytes more for a client", $n, $what, $growth;
    cmp_ok $n, '>=', $most, "$what came";
    cmp_ok $growth, '<', 65536, "$what leave nothing" unless $asan;
}

# It has not ended, whatever has come late.

sub is_open {
    my ($live) = @_;
    my $n;
    1 while $n = $live->more(0.1);
    return !defined $n;
}

ok is_open($_), 'the stream is open' for @live;

# A client that does not read costs one output, however much comes.

my $stuck = $p->events('/live', cookie => $payer->{cookie});
wait_for { $stuck->more(0.2); $stuck->{raw} =~ /retry:/ };

sub flood {
    my ($most) = @_;
    my $text = 'x' x 8000;

    for my $n (1 .. $most) {
        $p->redis->command('XADD', $stream, 'MAXLEN', 100, '*', 'e', 'tick', 'd', "{\"n\":\"$text\"}");
        $p->redis->command('PUBLISH', $stream, '');
        if ($n % 20 == 0) {
            Time::HiRes::sleep(0.01);
            count({}, qr/^data/m);
        }
    }
}

flood(1000);                # more than the kernel takes for him
my $before = resident();
flood($asan ? 200 : 2000);
my $growth = resident() - $before;
diag sprintf "a client that does not read: %d bytes more", $growth;
cmp_ok $growth, '<', 2 << 20, 'a client that does not read costs one output' unless $asan;
ok is_open($_), 'the others are open' for @live;

done_testing;
