package Phone::Bank;

# A bank as docs/bank.md wants it, with books of its own, which can fail in
# every way.
#
#   my $bank = Phone::Bank->new($secret);
#   $bank->behave(authorise => 'lost', 'ok', capture => '500', 'ok');
#   $bank->fund($card_no => 1000);          others can pay for all
#   is $bank->book($id)->{status}, 'CAPTURED';
#   is $bank->taken, 100;                   captured, less what was refunded
#
# Behaviors, one for each question of a service in turn, then "ok":
#
#   ok        does it and says so           refuse    closes the connection, has
#   lost      does it, and closes the                 done nothing
#             connection                    forged    does it; another signature
#   late:N    does it, answers N seconds    nonce     does it; answers another
#             later                                   question
#   500       (any status) has done nothing amount    does it; one too much
#   done:500  does it, and says that        id        does it; another id
#   junk      does it; no JSON              says:X    does it; status X
#   decline   says no, without asking the card
#
# A service is named without "bank.".

use strict;
use warnings;

use Digest::MD5 ();
use Fcntl ':flock';
use Cpanel::JSON::XS;
use Time::HiRes ();

use Phone::Sign;

our @ISA = ('Phone::Merchant');

require Phone::Merchant;

my $json = Cpanel::JSON::XS->new->utf8->canonical;


sub new {
    my ($class, $secret) = @_;

    local $Phone::Bank::starting = { secret => $secret };
    return $class->SUPER::new;
}

sub url { "http://127.0.0.1:$_[0]{port}" }

sub behave {
    my ($self, @given) = @_;

    @$self{keys %$Phone::Bank::starting} = values %$Phone::Bank::starting
        if $Phone::Bank::starting;

    my $service = '';
    my @lines;

    for (@given) {
        if (/^(?:authorise|capture|void|refund|query)$/) {
            $service = $_;
        } elsif ($service) {
            push @lines, "$service $_";
        }
    }

    $self->locked(sub { @lines });
}

sub next_behavior {
    my ($self, $form) = @_;

    my ($service) = ($form->{service} || '') =~ /^bank\.(\w+)$/;
    my $now = 'ok';

    $self->locked(sub {
        my @lines = @_;

        for my $i (0 .. $#lines) {
            my ($of, $what) = split ' ', $lines[$i], 2;

            if ($of eq ($service || '')) {
                $now = $what;
                splice @lines, $i, 1;
                last;
            }
        }

        return @lines;
    });

    return $now;
}


# The books: { id => { amount currency card_no status captures refunds } }.

sub books {
    my ($self, $change) = @_;

    open my $file, '+>>', "$self->{log}.books" or die "books: $!\n";
    flock $file, LOCK_EX;
    seek $file, 0, 0;
    my $text = do { local $/; <$file> };
    my $books = $text ? $json->decode($text) : { cards => {}, held => {} };
    my $result = $change->($books);
    truncate $file, 0;
    print $file $json->encode($books);
    close $file;

    return $result;
}

sub held { $_[0]->books(sub { $_[0]{held} }) }
sub book { $_[0]->held->{ $_[1] } }

sub fund {
    my ($self, $card, $sum) = @_;
    $self->books(sub { $_[0]{cards}{$card} = $sum });
}

sub taken {
    my ($self) = @_;
    my $sum = 0;

    for (values %{ $self->held }) {
        $sum += $_->{amount} * $_->{captures};
        $sum -= $_->{amount} * $_->{refunds};
    }

    return $sum;
}


sub do_it {
    my ($self, $form, $declines) = @_;

    return $self->books(sub {
        my ($books) = @_;

        my $held = $books->{held};
        my $id = $form->{id};
        my $one = $held->{$id};
        my $service = $form->{service};
        my $card = $books->{cards};

        if ($service eq 'bank.authorise' && !$one) {
            my $no = $form->{card_no};
            my $funded = defined $card->{$no};
            my $poor = $funded && $card->{$no} < $form->{amount};

            $one = $held->{$id} = entry($form, $poor || $declines ? 'DECLINED'
                                                                  : 'APPROVED');
            $card->{$no} -= $form->{amount}
                if $funded && $one->{status} eq 'APPROVED';

        } elsif ($service eq 'bank.void') {
            $one = $held->{$id} ||= entry($form, 'VOIDED');
            my $no = $one->{card_no};
            $card->{$no} += $one->{amount}
                if defined $no && defined $card->{$no}
                   && $one->{status} eq 'APPROVED';
            $one->{status} = 'VOIDED' if $one->{status} ne 'CAPTURED';

        } elsif ($service eq 'bank.capture' && $one
                 && $one->{status} eq 'APPROVED')
        {
            $one->{status} = 'CAPTURED';
            $one->{captures}++;

        } elsif ($service eq 'bank.refund' && !$one) {
            my $of = $held->{ $form->{payment_id} };
            my $good = $of && $of->{captures} && !$declines;

            $one = $held->{$id} = entry($form, $good ? 'REFUNDED'
                                                     : 'DECLINED');
            $one->{refunds} = $good ? 1 : 0;
        }

        return $one ? { %$one } : { status => 'NOT_FOUND' };
    });
}

sub entry {
    my ($form, $status) = @_;

    return { amount => $form->{amount}, currency => $form->{currency},
             card_no => $form->{card_no}, of => $form->{payment_id},
             status => $status, captures => 0, refunds => 0 };
}


sub answer {
    my ($self, $client, $behavior, $form) = @_;

    my ($name, $argument) = split /:/, $behavior, 2;

    if (!Phone::Sign::check($self->{secret}, %$form)) {
        syswrite $client, Phone::Merchant::http(401, 'who is that?');
        return close $client;
    }

    return close $client if $name eq 'refuse';

    if ($name =~ /^\d{3}$/) {
        syswrite $client, Phone::Merchant::http($name, '');
        return close $client;
    }

    my $one = $self->do_it($form, $name eq 'decline');

    return close $client if $name eq 'lost';

    Time::HiRes::sleep($argument) if $name eq 'late';

    syswrite $client,
          $name eq 'done' ? Phone::Merchant::http($argument, '')
        : $name eq 'junk' ? Phone::Merchant::http(200, '<html>CAPTURED')
        : Phone::Merchant::http(200, $self->reply($form, $one, $name,
                                                  $argument));
    close $client;
}

sub reply {
    my ($self, $form, $one, $name, $argument) = @_;

    my %reply = (
        id => $name eq 'id' ? "$form->{id}x" : $form->{id},
        status => $name eq 'says' ? $argument : $one->{status},
        request_nonce => $name eq 'nonce' ? 'another' : $form->{nonce},
        (defined $one->{amount}
            ? (amount => $one->{amount} + ($name eq 'amount'),
               currency => $one->{currency})
            : ()),
    );

    $reply{digest}
        = Digest::MD5::md5_hex(Phone::Sign::canonical(\%reply, 'digest'));
    $reply{sign}
        = Phone::Sign::mac(Phone::Sign::canonical(\%reply),
                           $name eq 'forged' ? 'another' : $self->{secret});

    return $json->encode(\%reply);
}

1;
