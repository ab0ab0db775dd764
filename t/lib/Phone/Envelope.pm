package Phone::Envelope;

# Seals the fields of a call as docs/envelope.md says, by the openssl command
# and what is written here: it shares nothing with the product.

use strict;
use warnings;

use Exporter 'import';
use IPC::Open2 ();
use MIME::Base64 qw(encode_base64url);

use Phone::Sign ();

our @EXPORT_OK = qw(seal_fields seal_context retail_mac);

# suite, key (32 bytes), key_id, time, number, service, outside and inside; iv
# if it is to be a certain one.  Returns the two fields.

sub seal_fields {
    my (%o) = @_;

    my $des = $o{suite} == 1;
    my $iv = $o{iv} // random_bytes($des ? 8 : 12);
    my $head = join '.', $o{suite}, $o{key_id}, $o{time}, encode_base64url($iv);
    my $context = seal_context($head, @o{qw(number service)},
                               %{ $o{outside} || {} });

    my $plain = entries(%{ $o{inside} }) . "\x80";
    $plain .= "\0" while length($plain) % 32;

    my ($sealed, $tag);

    if ($des) {
        $sealed = cipher('des-ede-cbc', substr($o{key}, 0, 16), $iv, $plain);
        $tag = retail_mac(substr($o{key}, 16), $context . $sealed);
    } else {
        ($sealed, $tag) = gcm($o{key}, $iv, $context, $plain);
    }

    return (secure => "$head." . encode_base64url($sealed),
            mac => encode_base64url($tag));
}

sub seal_context {
    my ($head, $number, $service, %outside) = @_;
    return join("\n", 'ngx_phone envelope', $head, $number, $service, '')
           . entries(%outside) . "\n";
}

sub entries {
    my (%fields) = @_;
    return join '', map {
        my $value = Phone::Sign::bytes($fields{$_});
        "$_ " . length($value) . " $value\n";
    } sort keys %fields;
}

sub random_bytes {
    my ($n) = @_;
    open my $file, '<:raw', '/dev/urandom' or die "urandom: $!\n";
    read($file, my $bytes, $n) == $n or die "urandom: $!\n";
    return $bytes;
}

sub cipher {
    my ($name, $key, $iv, $text) = @_;

    my ($out, $in);
    my @iv = length $iv ? ('-iv', unpack 'H*', $iv) : ();
    my $pid = IPC::Open2::open2($out, $in, 'openssl', 'enc', "-$name", '-nopad',
                                '-K', unpack('H*', $key), @iv);
    binmode $_ for $out, $in;
    print $in $text;
    close $in;
    local $/;
    my $sealed = <$out>;
    waitpid $pid, 0;
    die "openssl enc -$name has failed\n" if $?;
    return $sealed;
}

# ISO/IEC 9797-1, algorithm 3 with padding method 2.

sub retail_mac {
    my ($key, $text) = @_;

    $text .= "\x80";
    $text .= "\0" while length($text) % 8;

    my $left = substr $key, 0, 8;
    my $first = substr $text, 0, -8;
    my $chain = length $first
                ? substr(cipher('des-ede3-cbc', $left x 3, "\0" x 8, $first),
                         -8)
                : "\0" x 8;

    return cipher('des-ede-cbc', $key, $chain, substr $text, -8);
}

# NIST SP 800-38D, with an IV of 12 bytes.

sub gcm {
    my ($key, $iv, $context, $plain) = @_;

    my $h = cipher('aes-256-ecb', $key, '', "\0" x 16);
    my $stream = cipher('aes-256-ctr', $key, $iv . pack('N', 1),
                        "\0" x 16 . $plain);
    my $mask = substr $stream, 0, 16;
    my $sealed = substr $stream, 16;

    my $y = "\0" x 16;
    for my $block (blocks($context), blocks($sealed),
                   pack 'Q>Q>', 8 * length $context, 8 * length $sealed)
    {
        $y = multiply($y ^ $block, $h);
    }

    return ($sealed, $y ^ $mask);
}

sub blocks {
    my ($text) = @_;
    $text .= "\0" while length($text) % 16;
    return unpack '(a16)*', $text;
}

# In the field of GCM: the first bit is the lowest power.

sub multiply {
    my ($x, $y) = @_;

    my ($high, $low) = unpack 'Q>Q>', $y;
    my ($zh, $zl) = (0, 0);

    for my $bit (split //, unpack 'B128', $x) {
        if ($bit) {
            $zh ^= $high;
            $zl ^= $low;
        }

        my $odd = $low & 1;
        $low = $low >> 1 | ($high & 1) << 63;
        $high >>= 1;
        $high ^= 0xe1 << 56 if $odd;
    }

    return pack 'Q>Q>', $zh, $zl;
}

1;
