package Phone::Env;

# What all test files share: where things are, free ports, scratch folders,
# processes that end with the test.

use strict;
use warnings;

use Cwd ();
use Errno ();
use Exporter 'import';
use File::Basename ();
use File::Temp ();
use IO::Socket::INET;
use POSIX ();
use Time::HiRes ();

our @EXPORT_OK = qw(
    top build nginx module load_module user_line free_port temp_dir wait_for
    clear_of spawn stop_process forget_process is_running slurp spew
);

my $top = Cwd::realpath(File::Basename::dirname(__FILE__) . '/../../..');
my $build = $ENV{BUILD} || 'release';

my @ports;              # sockets that keep a port reserved
my %processes;          # pid => the pid of the process that started it

$ENV{PATH} .= ':/usr/sbin';
delete @ENV{qw(http_proxy https_proxy all_proxy no_proxy)};


# The root of the repository, and the flavor under test.

sub top { $top }
sub build { $build }


# Where the program or the module under test is: with the toys or without.

sub built {
    return "$top/build/$build" . ($ENV{PHONE_TOYS} ? '/toys' : '');
}


# The nginx program under test.

sub nginx {
    return built() . '/nginx' if $build eq 'asan';
    return $ENV{NGINX_BINARY} || 'nginx';
}


# The module's file; undef where nginx has it built in.

sub module {
    if (defined $ENV{PHONE_MODULE}) {         # of t/tools/matrix
        return $ENV{PHONE_MODULE} eq 'none' ? undef : $ENV{PHONE_MODULE};
    }

    return if $build eq 'asan';
    return built() . '/ngx_http_phone_module.so';
}

sub load_module {
    my $module = module();
    return defined $module ? "load_module $module;" : '';
}


# Workers of a root's nginx would be "nobody", who cannot enter a scratch
# folder.

sub user_line { $> == 0 ? 'user root;' : '' }


# A TCP port of 127.0.0.1 that nobody listens on.  The UDP port of the same
# number is bound for as long as this process lives: that is the lock by which
# test files running side by side keep out of each other's way.  The range
# lies below the one from which the kernel takes ports for connections.

sub free_port {
    for (1 .. 500) {
        my $port = 10000 + int rand 20000;

        my $lock = IO::Socket::INET->new(
            Proto => 'udp', LocalAddr => '127.0.0.1', LocalPort => $port,
        ) or next;

        my $probe = IO::Socket::INET->new(
            Proto => 'tcp', LocalAddr => '127.0.0.1', LocalPort => $port,
            Listen => 1, ReuseAddr => 1,
        ) or next;

        close $probe;
        push @ports, $lock;
        return $port;
    }

    die "no free port found\n";
}


# A folder that goes when the test ends.  It lies in /tmp because the path of
# a unix socket has room for 107 bytes.

sub temp_dir {
    my $dir = File::Temp::tempdir('phone-XXXXXXXX', TMPDIR => 1, CLEANUP => 1);
    chmod 0755, $dir;
    return $dir;
}


# Seconds that have passed on this machine: a clock that is set, or a machine
# that was suspended, does not end a wait.

sub now { return Time::HiRes::clock_gettime(Time::HiRes::CLOCK_MONOTONIC()) }


# Calls $test until it is true; undef after $seconds, which are a minute at
# least: the machine may be busy, and a wait that succeeds costs nothing.  (For
# what must not come there is sleep().)

sub wait_for(&;$) {
    my ($test, $seconds) = @_;

    return true_within($seconds && $seconds > 60 ? $seconds : 60, $test);
}

sub true_within {
    my ($seconds, $test) = @_;

    my $begun = now();
    my $waited;

    while (1) {
        my $value = $test->();
        return $value if $value;

        # what takes long need not be asked for all the time

        $waited = now() - $begun;
        return if $waited > $seconds;
        Time::HiRes::sleep(0.02 + ($waited < 10 ? 0.03 * $waited : 0.3));
    }
}


# Waits where a period of UTC ends within so many seconds: the limits of ten
# minutes, an hour and a day begin anew with it.

sub clear_of {
    my ($period, $seconds) = @_;
    sleep 1 while time % $period >= $period - $seconds;
}


# Starts a program, or a sub in a process of its own; both end with the test,
# and so do the processes that they have started.  out => file takes what it
# prints.

sub spawn {
    my ($what, %option) = @_;

    my $pid = fork();
    die "fork: $!\n" unless defined $pid;

    if ($pid) {
        $processes{$pid} = $$;
        return $pid;
    }

    POSIX::setpgid(0, 0);
    $SIG{$_} = 'DEFAULT' for qw(INT TERM HUP PIPE CHLD);

    my $out = $option{out} || '/dev/null';
    open STDIN, '<', '/dev/null';
    open STDOUT, '>>', $out;
    open STDERR, '>>', $out if $option{out} || ref $what ne 'CODE';

    if (ref $what eq 'CODE') {
        eval { $what->(); 1 } or print STDERR $@;
        POSIX::_exit(0);
    }

    exec { $what->[0] } @$what or POSIX::_exit(127);
}


sub is_running {
    my ($pid) = @_;

    return if waitpid($pid, POSIX::WNOHANG()) == $pid;
    return kill(0, $pid) || $!{EPERM};
}


# Ends a process of ours: $signal (TERM), after $seconds (60) KILL, which goes
# to what it left behind as well.  Returns its wait status, or undef when it had
# to be killed.

sub stop_process {
    my ($pid, $signal, $seconds) = @_;

    my $status;

    delete $processes{$pid};
    kill $signal || 'TERM', $pid;

    my $ended = true_within($seconds || 60, sub {
        my $got = waitpid $pid, POSIX::WNOHANG();
        $status = $? if $got == $pid;
        $got != 0;
    });

    kill 'KILL', -$pid;
    waitpid $pid, 0 unless $ended;

    return $status;
}

sub forget_process { delete $processes{$_[0]} }


sub slurp {
    my ($file) = @_;

    open my $in, '<:raw', $file or return '';
    local $/;
    my $text = <$in>;
    return defined $text ? $text : '';
}


sub spew {
    my ($file, $text) = @_;

    open my $out, '>:raw', $file or die "$file: $!\n";
    print $out $text;
    close $out or die "$file: $!\n";
}


# Ctrl-C: what we started has process groups of its own, so END must see to it.

$SIG{INT} = sub { exit 130 };
$SIG{TERM} = sub { exit 143 };

END {
    local ($?, $!);

    for my $pid (keys %processes) {
        stop_process($pid, 'TERM', 2) if $processes{$pid} == $$;
    }
}

1;
