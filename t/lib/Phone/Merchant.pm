package Phone::Merchant;

# A merchant's server for notices (it serves as operator's billing system and
# short-message centre as well): answers as told and keeps what it was sent.
#
#   my $merchant = Phone::Merchant->new('500', '500', 'ok');
#   ... notify_url => $merchant->url ...
#   $merchant->wait_for(3) or die;
#   is $_->{form}{event}, 'bill.paid' for $merchant->requests;
#
# Behaviors, one for each request in turn, the last one for all further:
#
#   ok          200 success                 junk      bytes that are not HTTP
#   fail        200 fail                    close     closes without an answer
#   500         (any status) with no body   late      "ok" after 1 s; late:2.5
#   redirect    302 to another URL of ours  slow      "ok" a byte each 0.2 s
#   text:BODY   200 with that body          silent    takes all, never answers
#   huge        200 with a body of 4 MiB    half      closes in mid-header
#
#   with:STATUS|Header: value|...   "success" with that status and headers
#   before:103                      such a head first, then "ok"
#   run:COMMAND                     gives it the body; 401 if it ends badly

use strict;
use warnings;

use Fcntl ':flock';
use IO::Socket::INET;
use Cpanel::JSON::XS;
use POSIX ();
use Time::HiRes ();

use Phone::Env qw(free_port temp_dir spawn stop_process);

my $json = Cpanel::JSON::XS->new->utf8->canonical;


sub new {
    my ($class, @behaviors) = @_;

    my $dir = temp_dir();
    my $self = bless {
        port     => free_port(),
        log      => "$dir/requests",
        behavior => "$dir/behavior",
    }, $class;

    $self->behave(@behaviors ? @behaviors : 'ok');

    my $listener = IO::Socket::INET->new(
        LocalAddr => '127.0.0.1', LocalPort => $self->{port},
        Listen => 128, ReuseAddr => 1,
    ) or die "cannot listen: $!\n";

    $self->{pid} = spawn(sub { $self->serve($listener) });
    close $listener;

    return $self;
}

sub port { $_[0]{port} }
sub url { "http://127.0.0.1:$_[0]{port}" . (defined $_[1] ? $_[1] : '/notice') }
sub stop { stop_process(delete $_[0]{pid}) if $_[0]{pid} }


# Takes effect with the next request.

sub behave {
    my ($self, @behaviors) = @_;
    $self->locked(sub { @behaviors });
}

sub next_behavior {
    my ($self) = @_;

    my $now;
    $self->locked(sub {
        $now = $_[0];
        return @_ > 1 ? @_[1 .. $#_] : @_;
    });

    return $now;
}


# Rewrites the list of behaviors under a lock.

sub locked {
    my ($self, $change) = @_;

    open my $file, '+>>', $self->{behavior} or die "$self->{behavior}: $!\n";
    flock $file, LOCK_EX;
    seek $file, 0, 0;
    my @old = <$file>;
    chomp @old;
    my @new = $change->(@old);
    truncate $file, 0;
    print $file map { "$_\n" } @new;
    close $file;
}


# What was received: { time, method, uri, headers, body, form }.

sub requests {
    my ($self) = @_;

    my @requests;

    if (open my $in, '<', $self->{log}) {
        @requests = map { $json->decode($_) } <$in>;
    }

    return @requests;
}

sub wait_for {
    my ($self, $count, $seconds) = @_;
    return Phone::Env::wait_for { $self->requests >= $count } $seconds;
}


# One process a connection and one request a connection: a slow answer holds
# up nobody.

sub serve {
    my ($self, $listener) = @_;

    $SIG{CHLD} = 'IGNORE';
    $SIG{PIPE} = 'IGNORE';

    while (1) {
        my $client = $listener->accept or next;
        my $pid = fork();

        if (defined $pid && $pid == 0) {
            close $listener;
            alarm 120;
            eval { $self->handle($client); 1 } or print STDERR $@;
            POSIX::_exit(0);
        }

        close $client;
    }
}


sub handle {
    my ($self, $client) = @_;

    my $buffer = '';

    while ($buffer !~ /\r\n\r\n/) {
        sysread($client, $buffer, 65536, length $buffer) or return;
    }

    my ($head, $body) = split /\r\n\r\n/, $buffer, 2;
    my ($request, @lines) = split /\r\n/, $head;
    my ($method, $uri) = split / /, $request;
    my %headers = map { /^([^:]+):\s*(.*)$/ ? (lc $1 => $2) : () } @lines;
    my $length = $headers{'content-length'} || 0;

    while (length($body) < $length) {
        sysread($client, $body, 65536, length $body) or last;
    }

    my $form = form($body);
    my $behavior = $self->next_behavior($form);
    $self->record({
        time     => Time::HiRes::time(),
        method   => $method,
        uri      => $uri,
        headers  => \%headers,
        body     => $body,
        form     => $form,
        behavior => $behavior,
    });

    $self->answer($client, $behavior, $form, $body);
}

sub record {
    my ($self, $entry) = @_;

    open my $out, '>>', $self->{log} or die "$self->{log}: $!\n";
    flock $out, LOCK_EX;
    syswrite $out, $json->encode($entry) . "\n";
    close $out;
}

sub form {
    my ($body) = @_;

    return {
        map { s/\+/ /g; s/%([0-9A-Fa-f]{2})/chr hex $1/ge;
              utf8::decode($_); $_ }
        map { my ($key, $value) = split /=/, $_, 2;
              ($key, defined $value ? $value : '') }
        split /&/, $body
    };
}


sub answer {
    my ($self, $client, $behavior, $form, $body) = @_;

    my ($name, $argument) = split /:/, $behavior, 2;
    my $ok = http(200, 'success');

    if ($name eq 'silent') {
        sleep 100;

    } elsif ($name eq 'late') {
        Time::HiRes::sleep(defined $argument ? $argument : 1);
        syswrite $client, $ok;

    } elsif ($name eq 'slow') {
        for my $byte (split //, $ok) {
            syswrite $client, $byte or return;
            Time::HiRes::sleep(0.2);
        }

    } elsif ($name eq 'close') {
        return;

    } else {
        syswrite $client,
            $name eq 'ok'       ? $ok
          : $name eq 'fail'     ? http(200, 'fail')
          : $name eq 'text'     ? http(200, $argument)
          : $name eq 'huge'     ? http(200, 'x' x (4 << 20))
          : $name eq 'half'     ? substr($ok, 0, 20)
          : $name eq 'junk'     ? "\0\1\2 this is not HTTP\r\n"
          : $name eq 'redirect' ? http(302, '', 'Location: ' . $self->url('/x'))
          : $name eq 'with'     ? with($argument)
          : $name eq 'run'      ? run($argument, $body, $ok)
          : $name eq 'before'   ? "HTTP/1.1 $argument First\r\n\r\n$ok"
          : $name =~ /^\d{3}$/  ? http($name, '')
          : die "unknown behavior $name\n";
    }

    close $client;
}

sub with {
    my ($status, @headers) = split /\|/, $_[0];
    return http($status, 'success', @headers);
}

sub run {
    my ($command, $body, $ok) = @_;

    local $SIG{CHLD} = 'DEFAULT';
    open my $out, '|-', $command or die "$command: $!\n";
    print $out $body;
    return close $out ? $ok : http(401, '');
}

sub http {
    my ($status, $body, @headers) = @_;

    return join "\r\n", "HTTP/1.1 $status Answer", 'Content-Type: text/plain',
                        'Content-Length: ' . length $body, @headers,
                        'Connection: close', '', $body;
}

1;
