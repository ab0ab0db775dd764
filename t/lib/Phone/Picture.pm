package Phone::Picture;

# Small pictures that browsers can show, and forms that send them.
#
#   my $jpeg = Phone::Picture::jpeg('GPS: 48.1, 11.5');     with EXIF and more
#   my $png = Phone::Picture::png(8, 4);
#   my $body = Phone::Picture::form($jpeg, to => ['13900000002'], text => 'x');
#
# The type of the form is Phone::Picture::TYPE.

use strict;
use warnings;

use Compress::Zlib ();

use constant TYPE => 'multipart/form-data; boundary=XX';

# Eight by eight, gray; upright, which tells readers of EXIF to turn it.

sub jpeg {
    my ($about) = @_;
    my $exif = '';

    $exif = segment(0xe1, "Exif\0\0MM\0*" . pack('N n', 8, 2)
                          . pack('n n N N', 0x010f, 2, length $about, 38)
                          . pack('n n N n n', 0x0112, 3, 1, 6, 0)
                          . pack('N', 0) . $about)
            . segment(0xfe, $about) if defined $about;

    # one code, of one bit: no difference, no more; then ones to fill the byte
    return "\xff\xd8" . segment(0xe0, "JFIF\0\1\2\0\0\1\0\1\0\0") . $exif
        . segment(0xdb, "\0" . "\1" x 64)
        . segment(0xc0, pack('C n n C4', 8, 8, 8, 1, 1, 0x11, 0))
        . segment(0xc4, "\0\1" . "\0" x 16)
        . segment(0xc4, "\x10\1" . "\0" x 16)
        . segment(0xda, "\1\1\0\0\x3f\0") . "\x3f\xff\xd9"
        . (defined $about ? $about : '');
}

sub segment {
    my ($marker, $body) = @_;
    return pack('C C n', 0xff, $marker, 2 + length $body) . $body;
}


# Of many rows only the first is there.

sub png {
    my ($width, $height, $gray, $about) = @_;
    my $row = "\0" . chr($gray || 0) x $width;

    return "\x89PNG\r\n\x1a\n"
        . chunk('IHDR', pack('N N C5', $width, $height, 8, 0, 0, 0, 0))
        . (defined $about ? chunk('tEXt', "Place\0$about") : '')
        . chunk('IDAT', Compress::Zlib::compress($row x ($height > 4000
                                                         ? 1 : $height)))
        . chunk('IEND', '');
}

sub chunk {
    my ($kind, $body) = @_;
    return pack('N', length $body) . $kind . $body
        . pack('N', Compress::Zlib::crc32($kind . $body));
}


# What the file is said to be is wrong.

sub form {
    my ($picture, %field) = @_;
    my @part;

    for my $name (sort keys %field) {
        my $value = $field{$name};
        push @part, ref $value ? map { ["${name}[]", $_] } @$value
                               : [$name, $value];
    }

    return join '', (map { "--XX\r\nContent-Disposition: form-data; "
                           . "name=\"$_->[0]\"\r\n\r\n$_->[1]\r\n" } @part),
        "--XX\r\nContent-Disposition: form-data; name=\"picture\"; ",
        "filename=\"a.html\"\r\nContent-Type: text/html\r\n\r\n",
        $picture, "\r\n--XX--\r\n";
}

1;
