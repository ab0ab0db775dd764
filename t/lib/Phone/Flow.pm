package Phone::Flow;

# Imperative tests: several requests with state between them, reloads, kills.
#
#   use Phone::Flow;                    brings Test::More and strict as well
#
#   my $flow = Phone::Flow->new(redis => { appendfsync => 'always' });
#   $flow->config(<<'END');
#   %%GLOBALS%%
#   events { }
#   http {
#       %%HTTP%%
#       server { listen 127.0.0.1:%%PORT%%; ... unix:%%REDIS%% ... }
#   }
#   END
#   $flow->start;
#   is $flow->get('/status')->{status}, 200;
#   $flow->reload;
#   done_testing;
#
# done_testing() stops every nginx and asserts that it ended well and that no
# log has an [alert], [crit], [emerg] or a sanitizer's report; a file that
# forgets to call it fails.

use strict;
use warnings;

use File::Copy ();
use File::Path ();
use HTTP::Tiny;
use IO::Select;
use POSIX ();
use IO::Socket::INET;
use Cpanel::JSON::XS;
use Test::More ();
use Time::HiRes ();

use Phone::Env qw(
    top nginx load_module user_line free_port temp_dir wait_for spawn
    stop_process forget_process slurp spew
);
use Phone::Redis;

my $json = Cpanel::JSON::XS->new->utf8->canonical;
my @flows;
my $is_done;
my $owner = $$;


sub import {
    my $caller = caller;

    strict->import;
    warnings->import;

    no strict 'refs';

    for my $name (@Test::More::EXPORT) {
        next if $name eq 'done_testing' || $name =~ /^\$/;
        *{"${caller}::$name"} = \&{"Test::More::$name"};
    }

    *{"${caller}::done_testing"} = \&done_testing;
    *{"${caller}::wait_for"} = \&wait_for;
}


# Options: workers (2), master (on; off: one process), redis (options of
# Phone::Redis; 0 for none), log_level (info), allow (a pattern of severe log
# lines that this test provokes).

sub new {
    my ($class, %option) = @_;

    my $dir = temp_dir();
    my $self = bless {
        dir       => $dir,
        ports     => {},
        files     => {},
        workers   => 2,
        master    => 'on',
        log_level => 'info',
        %option,
    }, $class;

    mkdir "$dir/$_" for qw(logs temp);

    $self->{redis} = Phone::Redis->new(%{ $option{redis} || {} })
        unless defined $option{redis} && !$option{redis};

    push @flows, $self;

    return $self;
}

sub dir { $_[0]{dir} }
sub redis { $_[0]{redis} }
sub pid { slurp("$_[0]{dir}/nginx.pid") =~ /(\d+)/ ? $1 : undef }


# A port of our own; the one without a name is where get() and post() go.

sub port {
    my ($self, $name) = @_;
    return $self->{ports}{ defined $name ? $name : '' } ||= free_port();
}

sub url {
    my ($self, $path) = @_;
    return 'http://127.0.0.1:' . $self->port . (defined $path ? $path : '/');
}


# Writes a file into the flow's folder and returns its path.

sub write {
    my ($self, $name, $text, $mode) = @_;

    my $file = "$self->{dir}/$name";
    spew($file, $text);
    chmod $mode, $file if defined $mode;

    return $file;
}


# Writes nginx.conf from a template:
#
#   %%GLOBALS%%      daemon, pid, error_log, load_module ...
#   %%HTTP%%         access log and temporary folders
#   %%PORT%%         %%PORT_name%% for further ones
#   %%REDIS%%        the socket of the flow's Redis
#   %%DIR%%          the flow's folder

sub config {
    my ($self, $text, %more) = @_;

    my $dir = $self->{dir};
    my $user = user_line();
    my $load = load_module();

    my %value = (
        GLOBALS => <<END,
$user
$load
daemon off;
master_process $self->{master};
worker_processes $self->{workers};
pid $dir/nginx.pid;
error_log $dir/logs/error.log $self->{log_level};
END
        HTTP => join("\n", "access_log $dir/logs/access.log;",
                     map { "${_}_temp_path $dir/temp/$_;" }
                     qw(client_body proxy fastcgi uwsgi scgi)),
        DIR => $dir,
        REDIS => $self->{redis} ? $self->{redis}->socket : '',
        %more,
    );

    $text =~ s{%%(\w+)%%}{
        my $name = $1;
          exists $value{$name}   ? $value{$name}
        : $name eq 'PORT'        ? $self->port
        : $name =~ /^PORT_(\w+)/ ? $self->port($1)
        : die "unknown %%$name%%\n";
    }ge;

    $self->write('nginx.conf', $text);

    return $self;
}


sub command {
    my ($self, @more) = @_;
    my $dir = $self->{dir};

    return (nginx(), '-p', "$dir/", '-c', "$dir/nginx.conf",
            '-e', "$dir/logs/error.log", @more);
}


# What "nginx -t" says about the configuration: (exit code, its output).

sub test_config {
    my ($self) = @_;

    my $out = "$self->{dir}/logs/test.out";
    unlink $out;

    # "nginx -t" ends without freeing what it has read
    local $ENV{ASAN_OPTIONS} = 'detect_leaks=0';
    my $pid = spawn([$self->command('-t')], out => $out);
    waitpid $pid, 0;
    my $code = $? >> 8;
    forget_process($pid);

    return ($code, slurp($out));
}


# Returns when all workers are there and the port answers.

sub start {
    my ($self) = @_;

    $self->{pid} = spawn([$self->command],
                         out => "$self->{dir}/logs/stderr.log");

    my $ready = wait_for {
        return 1 if waitpid($self->{pid}, POSIX::WNOHANG()) == $self->{pid};
        $self->workers >= $self->{workers} && $self->answers;
    };

    if (!$ready || !kill 0, $self->{pid}) {
        forget_process(delete $self->{pid});
        die "nginx does not start:\n", $self->log,
            slurp("$self->{dir}/logs/stderr.log");
    }

    return $self;
}

sub answers {
    my ($self) = @_;

    return 1 if !$self->{ports}{''};
    return IO::Socket::INET->new(
        PeerAddr => '127.0.0.1', PeerPort => $self->port, Timeout => 10,
    );
}


# The workers' process ids; those that are shutting down are left out.

sub workers {
    my ($self) = @_;

    my $master = $self->{pid} or return;
    my @found;

    for my $pid (split ' ', slurp("/proc/$master/task/$master/children")) {
        my $title = slurp("/proc/$pid/cmdline");
        push @found, $pid if $title =~ /worker process(?! is shutting down)/;
    }

    return @found;
}


# HUP: returns the new workers when they have taken over; with wait => 1 the
# old ones are gone as well.  Dies when nginx refused the configuration.

sub reload {
    my ($self, %option) = @_;

    my %old = map { $_ => 1 } $self->workers;

    kill 'HUP', $self->{pid};

    my @new;
    wait_for {
        my @now = $self->workers;
        @new = grep { !$old{$_} } @now;
        @new >= $self->{workers} && @new == @now;
    } or die "nginx did not reload:\n" . $self->log;

    if ($option{wait}) {
        wait_for { !grep { kill 0, $_ } keys %old }
            or die "the old workers do not end\n";
    }

    return @new;
}


# Kills one worker and waits for its successor.

sub kill_worker {
    my ($self, $signal, $pid) = @_;

    ($pid) = $self->workers unless $pid;
    kill $signal || 'KILL', $pid;

    # nginx itself reports such a death as an alert
    $self->{allow_death}{$pid} = 1;

    wait_for { !grep { $_ == $pid } $self->workers };
    wait_for { $self->workers >= $self->{workers} }
        or die "no new worker\n" . $self->log;

    return $pid;
}


# Once it has stopped, a worker takes no connection.

sub freeze_worker {
    my ($self, $pid) = @_;

    kill 'STOP', $pid;
    wait_for { slurp("/proc/$pid/stat") =~ /\) T / };
}


# QUIT (graceful) or the named signal.  Returns the exit code.

sub stop {
    my ($self, $signal) = @_;

    my $pid = delete $self->{pid} or return;
    my $status = stop_process($pid, $signal || 'QUIT');

    $self->{endings}++;
    Test::More::ok(defined $status && $status == 0, 'nginx ended well')
        or Test::More::diag(defined $status ? "status $status"
                                            : 'it had to be killed');

    return $status;
}


sub log { slurp("$_[0]{dir}/logs/error.log") }
sub access_log { slurp("$_[0]{dir}/logs/access.log") }

sub wait_log {
    my ($self, $pattern, $seconds) = @_;
    return wait_for { $self->log =~ $pattern } $seconds;
}


# The lines that no test should leave behind.  A worker that the test killed,
# and the lines that it allows, are not among them.

sub severe {
    my ($self) = @_;

    my $allow = $self->{allow};
    my $killed = join '|', keys %{ $self->{allow_death} || {} };

    my @lines = map { split /\n/, slurp($_) } glob "$self->{dir}/logs/*";
    @lines = grep { /\[(?:alert|crit|emerg)\]|Sanitizer|runtime error:/ }
             @lines;
    @lines = grep { !/worker process (?:$killed) exited on signal/ } @lines
        if $killed;
    @lines = grep { $_ !~ $allow } @lines if $allow;

    return @lines;
}


# Requests.  The reply is { status, headers, content, json }; status 599 is a
# connection that failed.  Options: headers, timeout (60).

sub get { my ($self, $path, %o) = @_; $self->request('GET', $path, %o) }
sub delete { my ($self, $path, %o) = @_; $self->request('DELETE', $path, %o) }

sub post {
    my ($self, $path, $body, %option) = @_;
    return $self->request('POST', $path, body => $body, %option);
}

# The body: a hash goes as JSON, a list [k => v, ...] as a form, text as it is.

sub request {
    my ($self, $method, $path, %option) = @_;

    my $body = $option{body};
    my %headers = %{ $option{headers} || {} };
    my $type = ref $body eq 'HASH'  ? 'application/json'
             : ref $body eq 'ARRAY' ? 'application/x-www-form-urlencoded'
             : undef;

    $headers{'Content-Type'} = $type if $type && !$headers{'Content-Type'};
    $headers{Cookie} = $option{cookie} if defined $option{cookie};

    my $client = HTTP::Tiny->new(
        max_redirect => 0, timeout => $option{timeout} || 60,
        agent => 'phone-test', keep_alive => 0,
    );

    $body = ref $body eq 'HASH'  ? $json->encode($body)
          : ref $body eq 'ARRAY' ? $client->www_form_urlencode($body)
          : $body;

    my $reply = $client->request($method, $self->url($path), {
        headers => \%headers,
        (defined $body ? (content => $body) : ()),
    });

    $reply->{json} = eval { $json->decode($reply->{content}) };

    return $reply;
}


# A connection of one's own, for half requests, aborts and odd framing.

sub connect {
    my ($self, $name) = @_;

    return IO::Socket::INET->new(
        PeerAddr => '127.0.0.1', PeerPort => $self->port($name), Timeout => 60,
    ) || die "cannot connect: $!\n";
}

# Sends the pieces with a pause between them, returns all that comes back.

sub raw {
    my ($self, @pieces) = @_;

    my $socket = $self->connect;
    local $SIG{PIPE} = 'IGNORE';

    for my $i (0 .. $#pieces) {
        Time::HiRes::sleep(0.05) if $i;
        syswrite $socket, $pieces[$i];
    }

    my $answer = '';
    my $select = IO::Select->new($socket);

    while ($select->can_read(60)) {
        sysread($socket, $answer, 65536, length $answer) or last;
    }

    return $answer;
}


# Opens a text/event-stream: see Phone::Events below.

sub events {
    my ($self, $path, %option) = @_;

    my $socket = $self->connect;
    my %headers = (Host => 'localhost', Accept => 'text/event-stream',
                   %{ $option{headers} || {} });
    $headers{Cookie} = $option{cookie} if defined $option{cookie};

    syswrite $socket, join "\r\n", "GET $path HTTP/1.1",
        (map { "$_: $headers{$_}" } sort keys %headers), '', '';

    return Phone::Events->new($socket);
}


sub done_testing {
    end_flows();
    Test::More::done_testing();
}

# For a suite that counts its tests itself.

sub end_flows {

    for my $flow (@flows) {
        $flow->stop if $flow->{pid};

        my @severe = $flow->severe;
        Test::More::is(scalar @severe, 0, 'no severe line in the logs')
            or Test::More::diag(join "\n", @severe[0 .. ($#severe > 19
                                                         ? 19 : $#severe)]);

        $flow->{redis}->stop if $flow->{redis};
    }

    $is_done = 1;
}


# What a failed file leaves for the reader: build/log/<file>/.

sub keep_logs {
    my ($name) = $0 =~ m{([^/]+)\.t$} or return;
    my $to = top() . "/build/log/$name";

    File::Path::remove_tree($to);

    for my $i (0 .. $#flows) {
        my $dir = $flows[$i]->dir;
        my $copy = $i ? "$to/$i" : $to;

        File::Path::make_path($copy);
        File::Copy::copy($_, $copy) for grep { -f }
            "$dir/nginx.conf", glob("$dir/logs/*"), glob("$dir/*.log"),
            $flows[$i]{redis} ? $flows[$i]{redis}{log} : ();
    }

    print STDERR "# logs: $to\n";
}


# A process that the test forked has nothing to say about it.

END {
    @flows = () if $$ != $owner;

    if (@flows && !$is_done && !$?) {
        print STDERR "# done_testing() of Phone::Flow was not called\n";
        $? = 1;
    }

    if (@flows && ($? || !Test::More->builder->is_passing)) {
        local ($?, $!);
        keep_logs();
    }
}


# A reader of server-sent events over HTTP/1.1.

package Phone::Events;

sub new {
    my ($class, $socket) = @_;

    my $self = bless { socket => $socket, raw => '', text => '' }, $class;

    while ($self->{raw} !~ /\r\n\r\n/) {
        $self->more(60) or last;
    }

    ($self->{head}, $self->{raw}) = split /\r\n\r\n/, $self->{raw}, 2;
    $self->{raw} = '' unless defined $self->{raw};
    ($self->{status}) = ($self->{head} || '') =~ m{^HTTP/1\.\d (\d+)};
    $self->{chunked} = $self->{head} =~ /^Transfer-Encoding:\s*chunked/mi;

    return $self;
}

sub status { $_[0]{status} }
sub head { $_[0]{head} }
sub close { CORE::close($_[0]{socket}) }


# The next event within $seconds (60): { event, data, id, json }.  Comments and
# keepalives are skipped; undef when none came or the stream ended.

sub next {
    my ($self, $seconds) = @_;

    my $end = Phone::Env::now() + ($seconds || 60);

    while (1) {
        $self->unchunk;

        while ($self->{text} =~ s/\A(.*?)\r?\n\r?\n//s) {
            my $event = parse($1);
            return $event if $event;
        }

        my $left = $end - Phone::Env::now();
        return if $left <= 0 || !$self->more($left);
    }
}

sub parse {
    my ($block) = @_;

    my %event;

    for my $line (split /\r?\n/, $block) {
        next unless $line =~ /^(\w+):\s?(.*)$/;
        $event{$1} = defined $event{$1} ? "$event{$1}\n$2" : $2;
    }

    return unless defined $event{data};

    $event{json} = eval { $json->decode($event{data}) };

    return \%event;
}

sub more {
    my ($self, $seconds) = @_;

    return unless IO::Select->new($self->{socket})->can_read($seconds);
    return sysread $self->{socket}, $self->{raw}, 65536, length $self->{raw};
}

sub unchunk {
    my ($self) = @_;

    if (!$self->{chunked}) {
        $self->{text} .= $self->{raw};
        $self->{raw} = '';
        return;
    }

    while ($self->{raw} =~ /\A([0-9a-fA-F]+)[^\r\n]*\r\n/) {
        my ($size, $start) = (hex $1, $+[0]);

        last if length($self->{raw}) < $start + $size + 2;

        $self->{text} .= substr $self->{raw}, $start, $size;
        substr $self->{raw}, 0, $start + $size + 2, '';
        last if !$size;
    }
}

1;
