package Phone::Sign;

# The signing rule of merchants (docs/protocol.md), written a second time and
# in another language than the product's, so that the two check each other.
#
#   my $key = Phone::Sign::key('shop');                   made once, cached
#   my $signer = Phone::Sign->new(merchant_id => 'm1', key => $key);
#   my %form = $signer->call('bill.create', out_trade_no => '7', ...);
#   my %form = $signer->sign(event => 'bill', ...);       no call: a notice
#   Phone::Sign::answers(\%reply, \%form) or die;        its digest only
#   Phone::Sign::check($public_file, %reply) or die;      the signature as well

use strict;
use warnings;

use Crypt::OpenSSL::RSA ();
use Digest::MD5 ();
use Digest::SHA ();
use Encode ();
use Fcntl ':flock';
use File::Path ();
use MIME::Base64 ();
use POSIX ();

use Phone::Env qw(top temp_dir slurp spew);

my %digest_of = (MD5withRSA => 'use_md5_hash', RSA2 => 'use_sha256_hash');
my ($scratch, %rsa);


# The key pair of that name, RSA or 'ed25519': { private => file,
# public => file }.  Making one of RSA takes a second, so pairs are kept in
# build/cache.

sub key {
    my ($name, $bits) = @_;

    $bits ||= 2048;
    my $dir = top() . '/build/cache/keys';
    my $pair = {
        private => "$dir/$name-$bits.key",
        public  => "$dir/$name-$bits.pub",
    };

    File::Path::make_path($dir);
    open my $lock, '>', "$dir/lock" or die "$dir/lock: $!\n";
    flock $lock, LOCK_EX;

    if (!-s $pair->{public}) {
        run('openssl', 'genpkey', '-quiet', '-algorithm',
            $bits eq 'ed25519' ? 'ed25519'
                               : ('RSA', '-pkeyopt', "rsa_keygen_bits:$bits"),
            '-out', $pair->{private});
        run('openssl', 'pkey', '-in', $pair->{private}, '-pubout',
            '-out', $pair->{public});
    }

    return $pair;
}

sub run {
    my ($status, $error) = quietly(@_);
    die "@_[0, 1] failed: $error\n" if $status;
}

sub quietly {
    my @command = @_;

    $scratch ||= temp_dir();
    my $error = "$scratch/error.$$";
    my $pid = fork();
    die "fork: $!\n" unless defined $pid;

    if (!$pid) {
        open STDOUT, '>', '/dev/null';
        open STDERR, '>', $error;
        exec { $command[0] } @command or POSIX::_exit(127);
    }

    waitpid $pid, 0;
    return ($?, slurp($error));
}


sub new {
    my ($class, %option) = @_;
    return bless { sign_type => 'RSA2', %option }, $class;
}


# The bytes that are signed: what has a value, without "sign" (and, for the
# digest, without "digest"), sorted by the keys' bytes.  An item of a list is a
# field: to.3, rows.17.points.

sub canonical {
    my ($form, @without) = @_;

    my %form = map { bytes($_->[0]) => bytes($_->[1]) }
               map { flat($_, $form->{$_}) } keys %$form;
    delete @form{'sign', @without};

    return join '&', map { "$_=$form{$_}" }
                     grep { length $form{$_} } sort keys %form;
}

sub flat {
    my ($name, $value) = @_;

    return map { flat("$name.$_", $value->[$_]) } 0 .. $#$value
        if ref $value eq 'ARRAY';
    return map { flat("$name.$_", $value->{$_}) } keys %$value
        if ref $value eq 'HASH';
    return [$name, $value];
}

sub bytes {
    my ($text) = @_;
    return '' unless defined $text;
    return $text ? 'true' : 'false' if ref $text;       # a JSON boolean
    return utf8::is_utf8($text) ? Encode::encode_utf8($text) : "$text";
}


# The fields of a call for a service.

sub call {
    my ($self, $service, %form) = @_;
    return $self->sign(service => $service, %form);
}


# Completes the fields; what the caller gives stands, so that a test can
# send a stale timestamp or a used nonce.

sub sign {
    my ($self, %form) = @_;

    my %whole = (
        merchant_id => $self->{merchant_id},
        (defined $self->{key_id} ? (key_id => $self->{key_id}) : ()),
        timestamp   => time + ($self->{skew} || 0),
        nonce       => nonce(),
        sign_type   => $self->{sign_type},
        %form,
    );

    $whole{digest} = Digest::MD5::md5_hex(canonical(\%whole, 'digest'))
        unless exists $form{digest};
    $whole{sign} = $self->signature(canonical(\%whole))
        unless exists $form{sign};

    return %whole;
}

sub nonce { join '', map { sprintf '%04x', int rand 65536 } 1 .. 8 }


sub signature {
    my ($self, $text) = @_;

    return mac($text, $self->{secret}) if $self->{sign_type} eq 'HMAC-SHA256';

    if ($self->{sign_type} eq 'Ed25519') {
        $scratch ||= temp_dir();
        spew("$scratch/text.$$", $text);
        run('openssl', 'pkeyutl', '-sign', '-rawin', '-inkey',
            $self->{key}{private}, '-in', "$scratch/text.$$",
            '-out', "$scratch/sign.$$");
        return MIME::Base64::encode_base64(slurp("$scratch/sign.$$"), '');
    }

    my $digest = $digest_of{ $self->{sign_type} }
        or die "unknown sign_type $self->{sign_type}\n";
    my $rsa = rsa($self->{key}{private}, 'new_private_key');

    $rsa->$digest;
    return MIME::Base64::encode_base64($rsa->sign($text), '');
}


# A process for each signature would be most of what a suite costs.

sub rsa {
    my ($file, $read) = @_;
    my $text = slurp($file);
    return $rsa{$text} ||= Crypt::OpenSSL::RSA->$read($text);
}


sub mac {
    my ($text, $secret) = @_;
    return MIME::Base64::encode_base64(
        Digest::SHA::hmac_sha256($text, $secret), '');
}


# True when a signed reply is whole, as far as its digest tells, and answers
# this call.

sub answers {
    my ($reply, $call) = @_;

    return defined $reply->{sign}
        && ($reply->{request_nonce} || '') eq $call->{nonce}
        && ($reply->{merchant_id} || '') eq $call->{merchant_id}
        && $reply->{digest}
           eq Digest::MD5::md5_hex(canonical($reply, 'digest'));
}


# True when the digest and the signature of a reply or notice are right.  The
# file of a public key, or a secret itself.

sub check {
    my ($public, %form) = @_;

    my $type = $form{sign_type} || '';
    return unless defined $form{sign} && defined $form{digest};
    return if $form{digest}
              ne Digest::MD5::md5_hex(canonical(\%form, 'digest'));
    return $form{sign} eq mac(canonical(\%form), $public)
        if $type eq 'HMAC-SHA256';

    my $sign = MIME::Base64::decode_base64($form{sign});

    if ($type eq 'Ed25519') {
        $scratch ||= temp_dir();
        spew("$scratch/text.$$", canonical(\%form));
        spew("$scratch/sign.$$", $sign);
        my ($status) = quietly('openssl', 'pkeyutl', '-verify', '-rawin',
                               '-pubin', '-inkey', $public,
                               '-in', "$scratch/text.$$",
                               '-sigfile', "$scratch/sign.$$");
        return $status == 0;
    }

    my $digest = $digest_of{$type} or return;

    my $rsa = rsa($public, 'new_public_key');

    $rsa->$digest;
    return !!eval { $rsa->verify(canonical(\%form), $sign) };
}

1;
