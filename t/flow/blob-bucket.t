# Where a commit may touch one bucket only, who keeps a blob is told to its bucket
# a moment later: after a start, and after any trouble with the store, nothing is
# swept for ten minutes.

BEGIN { $ENV{PHONE_COMMIT_DOMAIN} = 'bucket' }

use lib 't/lib';
use Phone::Toys;
use Phone::Product;
use Phone::Env qw(build spew temp_dir top);
use Digest::SHA ();
use Time::HiRes ();

plan(skip_all => 'a sanitizer wants to be loaded first') if build() eq 'asan';

my $library = temp_dir() . '/set_clock.so';
is system('cc', '-O1', '-shared', '-fPIC', '-o', $library,
          top() . '/t/lib/set_clock.c'), 0, 'a clock that can be set';

my $clock = temp_dir() . '/clock';
my $blobs = temp_dir() . '/blobs';

sub set_clock { open my $file, '+<:raw', $clock or die "$clock: $!\n";
    syswrite $file, pack 'q', 1e6 * $_[0] }

spew($clock, pack 'q', 0);
my $p;

# that of Redis is set as well: it is the same machine

{
    local @ENV{qw(LD_PRELOAD PHONE_CLOCK)} = ($library, $clock);
    $p = Phone::Product->new(workers => 1,
        http => "phone_blobs $blobs sweep=1s; phone_pump interval=100ms;");
}

sub orphan {
    my $sha = Digest::SHA::sha256_hex($_[0]);
    my $folder = "$blobs/kept/" . substr($sha, 0, 2);
    my $then = time - 2 * 86400;
    mkdir $folder;
    spew("$folder/$sha", $_[0]);
    chmod 0400, "$folder/$sha";
    utime $then, $then, "$folder/$sha";
    return "$folder/$sha";
}

ok wait_for(sub { -d "$blobs/kept" }), 'there are blobs';
my $orphan = orphan('nobody');
Time::HiRes::sleep(1.5);
ok -e $orphan, 'after a start an orphan stays';

set_clock(9 * 60);
Time::HiRes::sleep(1.5);
ok -e $orphan, 'nine minutes later as well';

set_clock(11 * 60);
ok wait_for(sub { !-e $orphan }), 'after ten minutes it goes';

done_testing;
