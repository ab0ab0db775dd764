package Phone::FakeRedis;

# A Redis that misbehaves as told: to see what the product does then.
#
#   my $fake = Phone::FakeRedis->new(behavior => 'silent');
#   ... phone_store unix:$fake->socket ...         or $fake->address (TCP)
#   $fake->behave('close');                  from the next connection or command
#
# Behaviors:
#
#   silent      accepts, reads, never answers
#   close       closes each connection as soon as it is accepted
#   hang_up     closes at the first command
#   garbage     answers bytes that are not the protocol
#   loading     answers every command with -LOADING
#   error       answers every command with "text" (-ERR refused)
#   push        sends an unasked reply to who connects, then as proxy
#   proxy       passes everything to the Redis at the socket "upstream", an
#               option that new() or behave() takes
#
# With proxy, and each for the connection on which it happens:
#
#   fragment => n       replies go out n bytes at a time
#   delay => s          replies wait that long
#   mid_reply => k      closes in the middle of the k-th reply
#   cut_after => k      closes after the k-th reply
#   cut_before => re    closes instead of forwarding a command that matches
#   keep => re          the same, and keeps its bytes: kept() returns them
#   cut_reply => re     forwards it, waits for its reply, closes instead of
#                       passing it on: done, but nobody was told
#   hold_reply => re    forwards it and swallows its reply, connection open
#   stray => re         an unasked reply, "text" (+OK), goes before its own
#   times => n          the last five: on the first n matches only (1)
#   skip => n           ... after leaving that many matches alone (0)
#   clock => s          its TIME is that many seconds ahead (behind: negative)
#   demoted => 1        who was connected before is at a replica now: what may
#                       write is answered with -READONLY
#
# A command matches by its words, joined with blanks.

use strict;
use warnings;

use Fcntl ':flock';
use IO::Select;
use IO::Socket::INET;
use IO::Socket::UNIX;
use Cpanel::JSON::XS;
use Socket qw(IPPROTO_TCP TCP_NODELAY);
use Time::HiRes ();

use Phone::Env qw(free_port temp_dir spawn stop_process wait_for slurp spew);
use Phone::Resp qw(encode decode);

my $json = Cpanel::JSON::XS->new->canonical;


sub new {
    my ($class, %option) = @_;

    my $dir = temp_dir();
    my $self = bless {
        socket  => "$dir/fake.sock",
        port    => free_port(),
        log     => "$dir/commands",
        kept    => "$dir/kept",
        control => "$dir/behavior",
        upstream => $option{upstream},
    }, $class;

    $self->behave(delete $option{behavior} || 'proxy', %option);
    $self->start;

    return $self;
}

sub socket { $_[0]{socket} }
sub port { $_[0]{port} }
sub address { "127.0.0.1:$_[0]{port}" }


# stop() leaves both addresses refusing connections.

sub start {
    my ($self) = @_;

    unlink $self->{socket};

    my @listeners = (
        IO::Socket::UNIX->new(
            Type => SOCK_STREAM, Local => $self->{socket}, Listen => 128,
        ),
        IO::Socket::INET->new(
            LocalAddr => '127.0.0.1', LocalPort => $self->{port},
            Listen => 128, ReuseAddr => 1,
        ),
    );

    die "cannot listen: $!\n" if grep { !$_ } @listeners;
    chmod 0777, $self->{socket};

    $self->{pid} = spawn(sub { $self->serve(@listeners) });
    close $_ for @listeners;

    return $self;
}

sub stop {
    my ($self) = @_;

    stop_process(delete $self->{pid}) if $self->{pid};
    unlink $self->{socket};

    return $self;
}


sub behave {
    my ($self, $behavior, %option) = @_;

    my $serial = ++$self->{serial};
    my $text = $json->encode({
        upstream => $self->{upstream}, %option,
        behavior => $behavior, serial => $serial,
    });

    spew("$self->{control}.new", $text);
    rename "$self->{control}.new", $self->{control};

    return $self;
}


# The commands seen so far, each joined with blanks; connects() counts the
# connections.

sub commands { grep { $_ ne 'connect' } seen($_[0]) }
sub connects { scalar grep { $_ eq 'connect' } seen($_[0]) }
sub seen { split /\n/, slurp($_[0]{log}) }

sub kept { slurp($_[0]{kept}) }

sub wait_commands {
    my ($self, $pattern, $count, $seconds) = @_;

    return wait_for {
        ($count || 1) <= grep { /$pattern/ } $self->commands;
    } $seconds;
}


# One process serves all connections; each has its client's handle, what was
# read but not yet understood, and with proxy the upstream's handle.

sub serve {
    my ($self, @listeners) = @_;

    $SIG{PIPE} = 'IGNORE';

    my %listener = map { fileno($_) => 1 } @listeners;
    my $select = $self->{select} = IO::Select->new(@listeners);
    $self->{connections} = {};

    open $self->{seen}, '>>', $self->{log} or die "$self->{log}: $!\n";
    $self->{seen}->autoflush(1);

    while (1) {
        for my $handle ($select->can_read(0.05)) {
            my $number = fileno $handle;

            # the other end of its connection may just have closed both
            next unless defined $number;

            if ($listener{$number}) {
                $self->accept($handle);
                next;
            }

            my $connection = $self->{connections}{$handle} or next;
            $self->read($connection, $handle);
        }

        $self->send_due;
    }
}


# The behavior in force; counters start over when it changes.

sub rule {
    my ($self) = @_;

    my $text = slurp($self->{control});

    if ($text ne ($self->{text} || '')) {
        $self->{text} = $text;
        $self->{rule} = $json->decode($text);
        $self->{matches} = 0;
    }

    return $self->{rule};
}


sub accept {
    my ($self, $listener) = @_;

    my $client = $listener->accept or return;
    my $rule = $self->rule;

    setsockopt $client, IPPROTO_TCP, TCP_NODELAY, 1
        if $client->isa('IO::Socket::INET');

    print { $self->{seen} } "connect\n";

    if ($rule->{behavior} eq 'close') {
        close $client;
        return;
    }

    my $connection = {
        client => $client, from_client => '', from_upstream => '',
        waiting => [], replies => 0, out => [], serial => $rule->{serial},
    };

    $self->{connections}{$client} = $connection;
    $self->{select}->add($client);

    syswrite $client, "+unasked\r\n" if $rule->{behavior} eq 'push';
}


sub read {
    my ($self, $connection, $handle) = @_;

    my $is_client = $handle == $connection->{client};
    my $buffer = $is_client ? \$connection->{from_client}
                            : \$connection->{from_upstream};

    if (!sysread $handle, $$buffer, 65536, length $$buffer) {
        return $self->drop($connection);
    }

    while (1) {
        my ($value, $end) = eval { decode($buffer) };
        return $self->drop($connection) if $@;
        last unless defined $value;

        my $raw = substr $$buffer, 0, $end, '';

        $is_client ? $self->on_command($connection, $value, $raw)
                   : $self->on_reply($connection, $raw);

        last if $connection->{closed};
    }
}


sub on_command {
    my ($self, $connection, $value, $raw) = @_;

    my $rule = $self->rule;
    my $behavior = $rule->{behavior};
    my $words = join ' ', map { $_->[1] } @{ $value->[1] };

    (my $line = $words) =~ s/[\r\n]+/ /g;
    print { $self->{seen} } "$line\n";

    return $self->drop($connection) if $behavior eq 'hang_up';
    return if $behavior eq 'silent';

    my $answer = $behavior eq 'garbage' ? "?!\0 not RESP\r\n"
               : $behavior eq 'loading' ? '-LOADING Redis is loading the '
                                          . "dataset in memory\r\n"
               : $behavior eq 'error'   ? ($rule->{text} || '-ERR refused')
                                          . "\r\n"
               : undef;

    if (defined $answer) {
        syswrite $connection->{client}, $answer;
        return;
    }

    if ($self->hits('cut_before', $words)) {
        return $self->drop($connection);
    }

    if ($self->hits('keep', $words)) {
        open my $out, '>>:raw', $self->{kept} or die "$self->{kept}: $!\n";
        print $out $raw;
        close $out;
        return $self->drop($connection);
    }

    my $refused = $rule->{demoted} && $connection->{serial} < $rule->{serial}
                  && $words =~ /^(?:EVAL|HSETNX|SET)/;

    push @{ $connection->{waiting} },
        $refused                            ? 'refuse'
        : $rule->{clock} && $words eq 'TIME' ? 'clock'
        : $self->hits('cut_reply', $words)  ? 'cut'
        : $self->hits('hold_reply', $words) ? 'hold'
        : $self->hits('stray', $words)      ? 'stray'
        : 'pass';

    $self->upstream($connection) or return $self->drop($connection);
    syswrite $connection->{upstream}, $refused ? encode('PING') : $raw;
}


# Does the command match the rule's pattern of that name, and is it its turn?

sub hits {
    my ($self, $name, $words) = @_;

    my $rule = $self->rule;
    my $pattern = $rule->{$name};

    return unless defined $pattern && $words =~ /$pattern/;

    my $match = $self->{matches}++ - ($rule->{skip} || 0);
    return $match >= 0 && $match < ($rule->{times} || 1);
}


sub upstream {
    my ($self, $connection) = @_;

    return 1 if $connection->{upstream};

    my $handle = IO::Socket::UNIX->new(
        Type => SOCK_STREAM, Peer => $self->rule->{upstream} || return,
    ) or return;

    $connection->{upstream} = $handle;
    $self->{connections}{$handle} = $connection;
    $self->{select}->add($handle);

    return 1;
}


sub on_reply {
    my ($self, $connection, $raw) = @_;

    my $rule = $self->rule;
    my $fate = shift @{ $connection->{waiting} } || 'pass';
    my $number = ++$connection->{replies};

    $raw = "-READONLY You can't write against a read only replica.\r\n"
        if $fate eq 'refuse';
    $raw = ($rule->{text} || '+OK') . "\r\n$raw" if $fate eq 'stray';
    $raw =~ s/\r\n(\d{10})\r\n/"\r\n" . ($1 + $rule->{clock}) . "\r\n"/e
        if $fate eq 'clock';

    return if $fate eq 'hold';
    return $self->drop($connection) if $fate eq 'cut';

    if ($rule->{mid_reply} && $number == $rule->{mid_reply}) {
        syswrite $connection->{client}, substr($raw, 0, length($raw) / 2);
        return $self->drop($connection);
    }

    my $now = Time::HiRes::time();

    # none overtakes another, whatever the rule has become
    if ($rule->{delay} || @{ $connection->{out} }) {
        push @{ $connection->{out} }, [$now + ($rule->{delay} || 0), $raw];

    } else {
        $self->pass($connection, $raw);
    }

    if ($rule->{cut_after} && $number == $rule->{cut_after}) {
        $self->drop($connection);
    }
}


sub pass {
    my ($self, $connection, $raw) = @_;

    my $step = $self->rule->{fragment} || length $raw;
    my $client = $connection->{client};

    # without a pause the kernel would join the pieces again
    for (my $at = 0; $at < length $raw; $at += $step) {
        syswrite $client, substr $raw, $at, $step or return;
        Time::HiRes::sleep(0.0005) if $step < length $raw;
    }
}


sub send_due {
    my ($self) = @_;

    my $now = Time::HiRes::time();

    for my $connection (values %{ $self->{connections} }) {
        my $out = $connection->{out};

        while (@$out && $out->[0][0] <= $now) {
            $self->pass($connection, (shift @$out)->[1]);
        }
    }
}


sub drop {
    my ($self, $connection) = @_;

    $connection->{closed} = 1;

    for my $handle (grep { defined } @$connection{qw(client upstream)}) {
        $self->{select}->remove($handle);
        delete $self->{connections}{$handle};
        close $handle;
    }
}

1;
