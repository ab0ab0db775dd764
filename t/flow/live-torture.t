# PAY-2: clients that come and go in the middle of a flood of events, over
# reloads and lost subscriptions: each sees every event, once, in order.

use lib 't/lib';
use Phone::Product;
use Phone::Env ();
use Phone::Redis;
use Time::HiRes ();

use constant { EVENTS => 3000, CLIENTS => 6 };

my $p = Phone::Product->new(workers => 2, http => 'phone_live_open 1h;',
                            allow => qr/subscri/);
my $payer = $p->payer('13800000001', 1000);
my $stream;

my @keepers = map { $p->events('/live', cookie => $payer->{cookie}) } 1 .. 2;
($stream) = $p->redis->keys('phone:*:live:*');
my $place = $p->redis->command('XREVRANGE', $stream, '+', '-')->[0][0];
ok $place, 'the number has a stream';

# a heartbeat is due after twenty minutes

$p->redis->command('CLIENT', 'KILL', 'TYPE', 'pubsub');
ok wait_for(sub { my $live = $keepers[0]; $live->more(0.5); $live->unchunk;
                  $live->{text} =~ /^:\n/m }),
    'where the store may have been away clients are looked at soon';


sub publish {
    my ($from, $to) = @_;

    my $redis = bless { %{ $p->redis } }, 'Phone::Redis';
    delete $redis->{handle};

    for my $n ($from .. $to) {
        $redis->command('XADD', $stream, '*', 'e', 'tick', 'd', "{\"n\":$n}");
        $redis->command('PUBLISH', $stream, '');
        Time::HiRes::sleep(0.002) if $n % 3 == 0;
        $redis->command('CLIENT', 'KILL', 'TYPE', 'pubsub') if $n % 700 == 0;
    }
}

# What went wrong until event EVENTS came.

sub listen {
    my ($seed) = @_;
    my ($last, $id, $wrong, $opened) = (0, $place, '', 0);
    my $end = Time::HiRes::time() + 300;

    srand $seed;

    while ($last < EVENTS && !$wrong) {
        my $live = eval { $p->events('/live', cookie => $payer->{cookie},
                                     headers => { 'Last-Event-ID' => $id }) };
        $opened++;
        my $status = $live && $live->status || 0;

        if ($status != 200) {
            $wrong = "status $status" if Time::HiRes::time() > $end;
            Time::HiRes::sleep(0.02);
            next;
        }

        my $count = 1 + int rand 120;

        while ($count-- && (my $event = $live->next(1))) {
            my $n = $event->{json}{n};

            if (!defined $n || $n != $last + 1) {
                $wrong = ($event->{event} || '?') . " " . ($n || '') . " after $last";
                last;
            }

            ($last, $id) = ($n, $event->{id});
            last if $last == EVENTS;
        }

        $wrong = "stuck after $last" if Time::HiRes::time() > $end;
        $live->close;
    }

    return { wrong => $wrong, opened => $opened };
}


my $publisher = fork();
if (!$publisher) {
    publish(1, EVENTS);
    POSIX::_exit(0);
}

my $reloader = fork();
if (!$reloader) {
    for (1 .. 3) {
        Time::HiRes::sleep(0.7);
        kill 'HUP', $p->{pid};
    }
    POSIX::_exit(0);
}

my @results = $p->parallel(CLIENTS, \&listen);
waitpid $_, 0 for $publisher, $reloader;

is_deeply [ map { $_->{wrong} } @results ], [ ('') x CLIENTS ],
    'nothing is missing, nothing is twice, nothing is out of order';
cmp_ok $_->{opened}, '>', 10, "it came $_->{opened} times" for @results;

done_testing;
