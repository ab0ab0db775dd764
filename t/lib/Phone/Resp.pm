package Phone::Resp;

# The Redis protocol (RESP2): encoding of commands, incremental decoding.

use strict;
use warnings;

use Exporter 'import';

our @EXPORT_OK = qw(encode decode);


sub encode {
    my @words = @_;

    return join '', '*' . @words . "\r\n",
                    map { '$' . length($_) . "\r\n$_\r\n" } @words;
}


# Decodes the value at $at (0) of a buffer; dies of anything else than RESP.
# Returns nothing when it is not complete yet, else ($value, $end), where $value
# is [type, content]: the type is the protocol's first byte, the content undef
# for nil, a list for "*".

sub decode {
    my ($buffer, $at) = @_;

    $at ||= 0;
    my $eol = index $$buffer, "\r\n", $at;
    return if $eol < 0;

    my $type = substr $$buffer, $at, 1;
    my $line = substr $$buffer, $at + 1, $eol - $at - 1;
    my $end = $eol + 2;

    die "not RESP: $type$line\n" unless $type =~ /[-+:\$*]/;

    if ($type eq '$') {
        return ([$type, undef], $end) if $line < 0;
        return if length($$buffer) < $end + $line + 2;
        return ([$type, substr $$buffer, $end, $line], $end + $line + 2);
    }

    return ([$type, $line], $end) if $type ne '*';
    return ([$type, undef], $end) if $line < 0;

    my @list;

    for (1 .. $line) {
        my ($value, $next) = decode($buffer, $end);
        return unless defined $value;
        push @list, $value;
        $end = $next;
    }

    return ([$type, \@list], $end);
}

1;
