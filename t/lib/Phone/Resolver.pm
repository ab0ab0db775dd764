package Phone::Resolver;

# A name server for the "resolver" directive: answers as told.
#
#   my $dns = Phone::Resolver->new('shop.test' => '127.0.0.1');
#   ... resolver $dns->address valid=1s; ...
#   $dns->set('shop.test' => ['127.0.0.1', '::1'], 'gone.test' => 'nxdomain',
#             'mute.test' => 'silent', 'slow.test' => ['late:1.5', '::1']);
#
# A name that was not set does not exist.  An address of the other family than
# asked for is left out; a name with none gets an empty answer.

use strict;
use warnings;

use IO::Socket::INET;
use Cpanel::JSON::XS;
use POSIX ();
use Socket ();
use Time::HiRes ();

use Phone::Env qw(free_port temp_dir spawn stop_process slurp spew);

my $json = Cpanel::JSON::XS->new->canonical;

use constant { A => 1, AAAA => 28 };


sub new {
    my ($class, %names) = @_;

    my $dir = temp_dir();
    my $self = bless {
        port => free_port(), names => {}, control => "$dir/names",
        log => "$dir/questions",
    }, $class;

    $self->set(%names);

    # free_port() holds the UDP port of that number: it is bound beside it
    my $socket = IO::Socket::INET->new(
        Proto => 'udp', LocalAddr => '127.0.0.2', LocalPort => $self->{port},
    ) or die "cannot bind: $!\n";

    $self->{pid} = spawn(sub { $self->serve($socket) });
    close $socket;

    return $self;
}

sub address { "127.0.0.2:$_[0]{port}" }
sub stop { stop_process(delete $_[0]{pid}) if $_[0]{pid} }


sub set {
    my ($self, %names) = @_;

    $self->{names}{$_} = ref $names{$_} ? $names{$_} : [$names{$_}]
        for keys %names;

    spew("$self->{control}.new", $json->encode($self->{names}));
    rename "$self->{control}.new", $self->{control};

    return $self;
}


# The names that were asked for so far.

sub questions { split /\n/, slurp($_[0]{log}) }


sub serve {
    my ($self, $socket) = @_;

    $SIG{CHLD} = 'IGNORE';

    open my $log, '>>', $self->{log} or die "$self->{log}: $!\n";
    $log->autoflush(1);

    while (1) {
        my $from = $socket->recv(my $packet, 512);
        next unless defined $from && length $packet > 12;

        my ($id) = unpack 'n', $packet;
        my ($name, $end) = name_at($packet, 12);
        my ($type) = unpack 'n', substr $packet, $end;
        my $question = substr $packet, 12, $end + 4 - 12;

        print $log lc $name, "\n";

        my $names = $json->decode(slurp($self->{control}));
        my $known = $names->{ lc $name } || ['nxdomain'];

        next if @$known && $known->[0] eq 'silent';

        my $late = @$known && $known->[0] =~ /^late:(.*)/ ? $1 : 0;
        next if $late && fork();

        Time::HiRes::sleep($late);
        $socket->send(answer($id, $question, $type, $known), 0, $from);
        POSIX::_exit(0) if $late;
    }
}

sub name_at {
    my ($packet, $at) = @_;

    my @labels;

    while (my $length = ord substr $packet, $at, 1) {
        push @labels, substr $packet, $at + 1, $length;
        $at += 1 + $length;
    }

    return (join('.', @labels), $at + 1);
}

sub answer {
    my ($id, $question, $type, $known) = @_;

    my $missing = @$known && $known->[0] eq 'nxdomain';
    my @data = $missing ? () : grep { length == ($type == A ? 4 : 16) }
        map { /:/ ? Socket::inet_pton(Socket::AF_INET6(), $_)
                  : Socket::inet_aton($_) } grep { !/^late/ } @$known;

    my $records = join '', map {
        pack('n n n N n', 0xc00c, $type, 1, 1, length) . $_
    } @data;

    return pack('n n n n n n', $id, $missing ? 0x8183 : 0x8180, 1,
                scalar @data, 0, 0) . $question . $records;
}

1;
