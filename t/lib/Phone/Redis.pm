package Phone::Redis;

# A private redis-server on a unix socket, and a client for it.
#
#   my $redis = Phone::Redis->new(appendfsync => 'always');
#   $redis->command('SET', 'key', 'value');
#   $redis->kill; $redis->start;
#
# It holds a store, whose id is that of all stores of tests (STORE).
#
# Options: appendfsync (no append-only file when absent), maxmemory,
# args => [...] for further arguments of redis-server, password (requirepass),
# and store => another id, or 0 for none.

use strict;
use warnings;

use IO::Socket::UNIX;

use Phone::Env qw(
    top temp_dir spawn stop_process forget_process wait_for slurp
);
use Phone::Resp qw(encode decode);

use constant STORE => 'store-of-tests';


sub new {
    my ($class, %option) = @_;

    my $dir = $option{dir} || temp_dir();
    my $self = bless {
        dir    => $dir,
        socket => "$dir/redis.sock",
        log    => "$dir/redis.log",
        option => \%option,
    }, $class;

    $self->start;
    $self->create unless defined $option{store} && !$option{store};

    return $self;
}


# What an operator does once.  Returns the tool's exit code and what it says.

sub tool {
    my ($self, $command, @args) = @_;

    local %ENV = (%ENV, REDISCLI_AUTH => $self->{option}{password});
    delete $ENV{REDISCLI_AUTH} unless $self->{option}{password};
    my $tool = top() . '/conf/phone-store';
    my @words = ($tool, $command, '-s', $self->{socket}, @args);

    open my $out, '-|', join(' ', map { "'$_'" } @words) . ' 2>&1'
        or die "$tool: $!\n";
    local $/;
    my $text = <$out>;
    CORE::close($out);

    return ($? >> 8, $text);
}

sub create {
    my ($self, @args) = @_;

    my $id = $self->{option}{store} || STORE;
    my $buckets = $self->{option}{buckets} || 256;
    my ($code, $text) = $self->tool('create', '--id', $id,
                                    '--buckets', $buckets, @args);
    die $text if $code;

    return $self;
}

sub socket { $_[0]{socket} }
sub log { slurp($_[0]{log}) }
sub pid { $_[0]{pid} }


sub start {
    my ($self) = @_;

    my $option = $self->{option};
    my $fsync = $option->{appendfsync};

    $self->{pid} = spawn([
        'redis-server',
        '--port' => 0,
        '--unixsocket' => $self->{socket},
        '--unixsocketperm' => '777',
        '--dir' => $self->{dir},
        '--save' => '',
        '--maxmemory-policy' => 'noeviction',
        '--maxmemory' => $option->{maxmemory} || 0,
        '--appendonly' => $fsync ? 'yes' : 'no',
        '--appendfsync' => $fsync || 'no',
        '--daemonize' => 'no',
        ($option->{password} ? ('--requirepass' => $option->{password}) : ()),
        @{ $option->{args} || [] },
    ], out => $self->{log});

    wait_for {
        my $pong = eval { $self->command('PING') };
        defined $pong && $pong eq 'PONG';
    } or die "redis-server does not start:\n" . $self->log;

    return $self;
}


# An orderly end; kill() is the other one.

sub stop {
    my ($self) = @_;

    $self->close;
    stop_process(delete $self->{pid}) if $self->{pid};
    return $self;
}

sub kill {
    my ($self) = @_;

    my $pid = delete $self->{pid} or return $self;

    $self->close;
    forget_process($pid);
    CORE::kill('KILL', $pid);
    waitpid $pid, 0;
    unlink $self->{socket};
    return $self;
}


# Stops answering, as a machine does that swaps; the connections stay.

sub freeze { CORE::kill('STOP', $_[0]{pid}) }
sub thaw { CORE::kill('CONT', $_[0]{pid}) }


sub close {
    my ($self) = @_;
    CORE::close(delete $self->{handle}) if $self->{handle};
    $self->{buffer} = '';
}


# Runs one command.  Returns a string, undef or a list reference; dies of an
# error reply, and of a connection that is lost (the next call opens a new one).

sub command {
    my ($self, @words) = @_;

    my $reply = $self->reply(@words);
    die "$words[0]: $reply->[1]\n" if $reply->[0] eq '-';
    return plain($reply);
}

sub reply {
    my ($self, @words) = @_;

    my $handle = $self->{handle};

    if (!$handle) {
        $handle = $self->{handle} = IO::Socket::UNIX->new(
            Type => SOCK_STREAM, Peer => $self->{socket},
        ) or die "cannot connect to $self->{socket}: $!\n";

        my $password = $self->{option}{password};
        $self->command('AUTH', $password) if $password;
    }

    local $SIG{PIPE} = 'IGNORE';
    my $left = encode(@words);

    while (length $left) {
        my $n = syswrite $handle, $left;
        $self->lost unless $n;
        substr $left, 0, $n, '';
    }

    $self->{buffer} = '' unless defined $self->{buffer};

    while (1) {
        my ($value, $end) = decode(\$self->{buffer});

        if (defined $value) {
            substr $self->{buffer}, 0, $end, '';
            return $value;
        }

        sysread($handle, $self->{buffer}, 65536, length $self->{buffer})
            or $self->lost;
    }
}

sub lost {
    my ($self) = @_;
    $self->close;
    die "connection to Redis lost\n";
}

sub plain {
    my ($value) = @_;

    return $value->[1] unless ref $value->[1];
    return [map { plain($_) } @{ $value->[1] }];
}


# All keys that match, sorted.

sub keys {
    my ($self, $pattern) = @_;
    return sort @{ $self->command('KEYS', $pattern || '*') };
}

sub hash {
    my ($self, $key) = @_;
    return { @{ $self->command('HGETALL', $key) } };
}

1;
