package Phone::Kannel;

# A Kannel of our own: bearerbox and smsbox with conf/kannel.conf, and its fake
# short-message centre, or another one that listens on a port.
#
#   my $kannel = Phone::Kannel->new(told => $port_of_nginx);
#   my $p = Phone::Product->new(stopped => 1);
#   $kannel->join($p, http => '...');          configures and starts it
#   $kannel->start;
#   $kannel->texts;                            what the centre has got
#   $kannel->phone('+8613800000001', 'STOP');  a text from a number
#
# Options: smpp => port of an SMPP centre; deaf => 1: phone() does nothing, for
# while the fake centre listens to it, it looks at what Kannel sends once a
# second.  Nothing is started by new().

use strict;
use warnings;

use Encode ();
use HTTP::Tiny;
use IO::Socket::INET;
use POSIX ();
use Time::HiRes ();

use Phone::Env qw(
    top free_port temp_dir spawn stop_process wait_for slurp spew
);

use constant TOKEN => 'gateway-token-for-tests';
use constant PASSWORD => 'kannel-password-for-tests';


sub new {
    my ($class, %option) = @_;

    my $root = top() . '/build/cache/root';
    my $self = bless {
        %option,
        dir => temp_dir(),
        bin => "$root/usr/sbin",
        centre_bin => "$root/usr/lib/kannel/test/fakesmsc",
        map { $_ => free_port() } qw(admin box sendsms centre),
    }, $class;

    mkdir $self->dir . '/store';

    return $self;
}

sub dir { $_[0]{dir} }
sub log { my ($self, $name) = @_; return slurp($self->dir . "/$name.log") }


# The shipped file, here.

sub configuration {
    my ($self) = @_;

    my $text = slurp(top() . '/conf/kannel.conf');
    my $centre = $self->{smpp}
        ? "smsc = smpp\nhost = 127.0.0.1\nport = $self->{smpp}\n"
          . "transceiver-mode = true\nsmsc-username = u\nsmsc-password = p\n"
          . "system-type = \"\"\nsource-addr-ton = 5\nsource-addr-npi = 0\n"
          . "source-addr-autodetect = false\ndest-addr-ton = 1\n"
          . "dest-addr-npi = 1\nreconnect-delay = 1\n"
        : "smsc = fake\nport = $self->{centre}\n"
          . "connect-allow-ip = 127.0.0.1\n";

    $text =~ s{^#.*\n}{}mg;
    $centre .= "smsc-id = centre\nallowed-smsc-id = centre\n";
    $text =~ s{^smsc = smpp\n.*?\n\n}{$centre\n}ms or die;
    $text =~ s{= 13000}{= $self->{admin}};
    $text =~ s{= 13001}{= $self->{box}}g;
    $text =~ s{= 13013}{= $self->{sendsms}};
    $text =~ s{^(admin-password|password) = yours}{"$1 = " . PASSWORD}mge;
    $text =~ s{token=yours}{'token=' . TOKEN}e;
    $text =~ s{127\.0\.0\.1:8081}{127.0.0.1:$self->{told}};
    $text =~ s{/var/spool/kannel}{$self->{dir}};
    $text =~ s{^(sms-resend-freq|http-queue-delay) = .*}{$1 = 1}mg;

    return $text;
}


# Configures a Phone::Product to send its texts here.

sub join {
    my ($self, $p, %option) = @_;

    my $dir = $p->dir;

    $self->{told} = $p->port;
    $p->write('gateway.token', TOKEN . "\n", 0600);
    $p->write('gateway.secrets', 'set $kannel_password "' . PASSWORD
        . '"; set $gateway_token "' . TOKEN . '";', 0600);
    $p->configure(%option, location => "include $dir/sms.conf;",
        http => "phone_gateway_token_file $dir/gateway.token; "
                . ($option{http} || ''));

    my $gateway = slurp("$dir/gateway.conf");
    $gateway =~ s{\Q$dir\E/gateway\.conf}{$dir/gateway.secrets} or die;
    $gateway =~ s{127\.0\.0\.1:13013}{127.0.0.1:$self->{sendsms}} or die;
    $gateway =~ s{127\.0\.0\.1:8081}{127.0.0.1:$self->{told}} or die;
    $p->write('gateway.conf', $gateway);

    my $fetch = slurp("$dir/fetch.conf");
    $fetch =~ s{^phone_fetch_log.*}{phone_fetch_location sms /sms;}m or die;
    $fetch =~ s{^( *)# include }{$1include }m or die;
    $p->write('fetch.conf', $fetch);

    return $p;
}


sub run {
    my ($self, $name, @command) = @_;

    my $dir = $self->dir;

    $self->{pid}{$name} = spawn(
        sub { chdir $dir; exec { $command[0] } @command or POSIX::_exit(127) },
        out => "$dir/$name.log");
}

sub listens {
    my ($port) = @_;
    return IO::Socket::INET->new(PeerAddr => "127.0.0.1:$port", Timeout => 1);
}

sub bearerbox {
    my ($self) = @_;

    spew($self->dir . '/kannel.conf', $self->configuration);
    $self->run(bearerbox => "$self->{bin}/bearerbox", '-v', 1, 'kannel.conf');
    wait_for { listens($self->{admin}) } or die $self->log('bearerbox');
}

sub smsbox {
    my ($self) = @_;

    $self->run(smsbox => "$self->{bin}/smsbox", '-v', 1, 'kannel.conf');
    wait_for { listens($self->{sendsms}) } or die $self->log('smsbox');
}

sub centre {
    my ($self) = @_;

    my $fifo = $self->dir . '/phones';
    my $dir = $self->dir;

    unlink $fifo;
    POSIX::mkfifo($fifo, 0600) or die "$fifo: $!\n";
    open $self->{phones}, '+<', $fifo or die "$fifo: $!\n";
    $self->{phones}->autoflush;

    my @command = ($self->{centre_bin}, '-i', '0.01', '-v', 0,
                   $self->{deaf} ? ('-m', 1) : (),
                   '-H', '127.0.0.1', '-r', $self->{centre},
                   $self->{deaf} ? '+8613700000000 10690 text nothing' : ());

    $self->{pid}{centre} = spawn(
        sub {
            open STDIN, '<&', $self->{phones};
            exec { $command[0] } @command or POSIX::_exit(127);
        },
        out => "$dir/centre.log");
    wait_for { $self->log('centre') =~ /Connecting to/ } or die;
    wait_for { $self->status =~ /centre\[centre\].*online/ } or die;
}

sub start {
    my ($self) = @_;

    $self->bearerbox;
    $self->smsbox;
    $self->centre unless $self->{smpp};
}

sub stop {
    my ($self, @names) = @_;

    for my $name (@names ? @names : qw(centre smsbox bearerbox)) {
        my $pid = delete $self->{pid}{$name} or next;
        stop_process($pid);
    }
}

sub status {
    my ($self) = @_;

    my $reply = HTTP::Tiny->new(timeout => 2)->get(
        "http://127.0.0.1:$self->{admin}/status.txt?password=" . PASSWORD);

    return $reply->{content};
}


# Texts that the centre has got: from, to, text; the parts of a long one are put
# together.

sub texts {
    my ($self) = @_;

    my (@texts, %long);

    for ($self->log('centre') =~ /Got message \d+: <(.*)>$/mg) {
        my ($from, $to, $kind, $rest) = split / /, $_, 4;

        if ($kind eq 'udh') {
            my ($udh, undef, $body) = split / /, $rest;
            my ($of) = unescape($udh) =~ /^\x05\x00\x03(.)/s or die $_;

            if (!$long{"$to $of"}) {
                push @texts, $long{"$to $of"} = { from => $from, to => $to,
                                                  text => '', parts => 0 };
            }

            $long{"$to $of"}{parts}++;
            $long{"$to $of"}{text} .= decoded('ucs-2', $body);
            next;
        }

        push @texts, { from => $from, to => $to, parts => 1, kind => $kind,
                       text => decoded($kind, $rest) };
    }

    return @texts;
}

sub unescape {
    my ($text) = @_;
    $text =~ tr/+/ /;
    $text =~ s/%([0-9A-Fa-f]{2})/chr hex $1/ge;
    return $text;
}

sub decoded {
    my ($kind, $text) = @_;
    return $kind eq 'ucs-2' ? Encode::decode('UTF-16BE', unescape($text))
                            : $text;
}


# A number sends a text.

sub phone {
    my ($self, $number, $text) = @_;

    my $line = $text =~ /[^ -~]/
        ? "$number 10690 ucs2 " . join_bytes(Encode::encode('UTF-16BE', $text))
        : "$number 10690 text $text";

    print { $self->{phones} } "$line\n";
    Time::HiRes::sleep(0.1);
}

sub join_bytes {
    return CORE::join('', map { sprintf '%%%02X', ord } split //, $_[0]);
}

1;
