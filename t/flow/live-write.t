# PAY-2: one writer.  Heartbeats, events, a client that is slow and the end of the
# session come in the same turns of the event loop, hundreds of times: each
# stream is whole, in order, and has nothing behind its last chunk.

use lib 't/lib';
use Phone::Product;
use Time::HiRes ();

use constant { EVENTS => 300, CLIENTS => 150 };

my $p = Phone::Product->new(workers => 1,
    http => 'phone_live_open 5s; phone_clock_bound 1s; phone_live_clients_of_number 1000;',
    location => 'location = /slow { phone_live; limit_rate 40000; }');
my $payer = $p->payer('13800000001', 1000);

# Reads a stream to its end; returns what is wrong with it, and its events.

sub whole {
    my ($live) = @_;
    my $end = Time::HiRes::time() + 300;
    my $raw = $live->{raw};

    while (Time::HiRes::time() < $end) {
        $live->{raw} = '';
        my $n = $live->more(1);
        $raw .= $live->{raw};
        last if defined $n && $n == 0;
    }

    my ($text, $last) = ('', 0);

    $raw =~ s/\A.*?\r\n\r\n//s if $raw =~ /\AHTTP/;

    while (length $raw) {
        return 'something behind the last chunk' if $last;
        return 'no chunk: ' . substr($raw, 0, 40)
            unless $raw =~ s/\A([0-9a-f]+)\r\n//;
        my $size = hex $1;
        $last = ($size == 0);
        return "a chunk of $size that ends too soon" if length $raw < $size + 2;
        $text .= substr $raw, 0, $size, '';
        return 'a chunk without its end' unless $raw =~ s/\A\r\n//;
    }

    return ($last ? '' : 'cut off', $text);
}

sub numbers { return $_[0] =~ /^data: \{"n":(\d+),/mg }

my @live = map { $p->events('/slow', cookie => $payer->{cookie},
                            headers => { Connection => 'close' }) } 1 .. CLIENTS;
for my $live (@live) {
    wait_for { $live->more(0.2); $live->{raw} =~ /retry:/ };
}
my ($stream) = $p->redis->keys('phone:*:live:*');

# of each two events the second comes while limit_rate holds back whatever is
# written, and with it, in the same turn, somebody's heartbeat

for my $n (1 .. EVENTS) {
    $p->redis->command('XADD', $stream, '*', 'e', 'tick', 'd', "{\"n\":$n,\"x\":\"" . 'x' x $n . '"}');
    $p->redis->command('PUBLISH', $stream, '');
    Time::HiRes::sleep($n % 2 ? 0.001 + 0.002 * rand : 0.012);
}

wait_for { ($p->get('/metrics')->{content} =~ /^phone_live_events_total (\S+)$/m)[0]
           >= CLIENTS * EVENTS };
Time::HiRes::sleep(2);
is $p->post('/logout', {}, cookie => $payer->{cookie})->{status}, 200, 'logout';
$p->redis->command('PUBLISH', $stream, 'sessions') for 1 .. 20;

my (%wrong, $ordered, $ended);

for my $live (@live) {
    my ($wrong, $text) = whole($live);
    $wrong{$wrong}++;
    $text = '' unless defined $text;
    $ordered++ if join(' ', numbers($text)) eq join(' ', 1 .. EVENTS);
    $ended++ if $text =~ /event: logout\ndata: \{\}\n\n\z/
                && 1 == (() = $text =~ /^event: logout$/mg);
}

is_deeply \%wrong, { '' => CLIENTS }, 'all streams are whole';
is $ordered, CLIENTS, 'each event is there once, in order';
is $ended, CLIENTS, 'each ends with one logout';

done_testing;
