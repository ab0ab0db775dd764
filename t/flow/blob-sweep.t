# The sweep of blobs on its way: reloads do not hold it up, a large folder does
# not either, and a file that a dead worker left aside never replaces a fresh one.

use lib 't/lib';
use Phone::Toys;
use Phone::Product;
use Phone::Env qw(temp_dir spew slurp);
use Digest::SHA ();
use Time::HiRes ();

my $blobs = temp_dir() . '/blobs';
my $p = Phone::Product->new(workers => 1,
    http => "phone_blobs $blobs sweep=4s; phone_pump interval=100ms;");
my $li = $p->payer('13800000001', 100);

sub file { "$blobs/kept/" . substr($_[0], 0, 2) . "/$_[0]" }
sub marked { (stat file($_[0]))[2] & 0200 ? 0 : 1 }

# a file of two days ago
sub old {
    my ($path, $mode, $text) = @_;
    my ($folder) = $path =~ m{^(.*)/};
    my $then = time - 2 * 86400;
    mkdir $folder;
    spew($path, $text // 'old');
    chmod $mode, $path;
    utime $then, $then, $path;
    return $path;
}


# Aside, by a worker that has died; a call has kept the same bytes since

my $fresh = Digest::SHA::sha256_hex('fresh');
is $p->request('POST', '/toy/pictures', cookie => $li->{cookie}, body => 'fresh',
    headers => { 'Content-Type' => 'image/png' })->{status}, 200, 'kept';
my $inode = (stat file($fresh))[1];
my $lone = 'ab' x 32;
old("$blobs/gone/$fresh", 0400, 'fresh');
old("$blobs/gone/$lone", 0600, 'lone');
mkdir "$blobs/kept/ab";
ok wait_for(sub { my @left = glob "$blobs/gone/*"; !@left }), 'nothing stays aside';
is((stat file($fresh))[1], $inode, 'the fresh file is not replaced');
ok !marked($fresh), 'it has no mark';
is slurp(file $lone), 'lone', 'what was written by nobody else is back';


# Reloads, each long before the end of a round

my @orphan = map { $_ x 32 } '05', '60', 'b0', 'fe';
old(file($_), 0600) for @orphan;
for (1 .. 60) {
    $p->reload;
    Time::HiRes::sleep(0.8);
    last if @orphan == grep { marked($_) } @orphan;
}
ok marked($_), "folder " . substr($_, 0, 2) . ' had its turn' for @orphan;
$p->stop;


# A worker that ends in the middle of a step: Redis does not answer it

my $asked = Phone::Product->new(workers => 1, allow => qr/redis/,
    http => "phone_blobs $blobs-2 sweep=1s; phone_pump interval=100ms;");
kill 'STOP', $asked->redis->{pid};
old("$blobs-2/kept/$_/" . $_ x 32, 0600) for map { sprintf '%02x', $_ } 0 .. 255;
Time::HiRes::sleep(0.3);
$asked->stop('TERM');
kill 'CONT', $asked->redis->{pid};


# Many files in one folder: the next one has its turn in time

my $round = 128;
my $turn = $round / 256;
my $p2 = Phone::Product->new(workers => 1,
    http => "phone_blobs $blobs sweep=${round}s; phone_pump interval=100ms;");
my ($begins, $after, @many);

# a busy machine takes longer to make the files: then for a later turn

for my $ahead (10, 30, 90) {
    my $next = int(Time::HiRes::time() / $turn) + $ahead;
    my $many = sprintf '%02x', $next % 256;

    $begins = $next * $turn;
    $after = sprintf '%02x', ($next + 1) % 256;
    @many = map { sprintf '%s%062x', $many, $_ } 1 .. 10240;
    mkdir "$blobs/kept/$many";
    for (@many) { open my $new, '>', file($_) or die; chmod 0600, $new; utime 1, 1, $new }
    old(file($after x 32), 0600);
    last if Time::HiRes::time() < $begins;
}
cmp_ok Time::HiRes::time(), '<', $begins, 'its files are there before its turn';

# (of this round: the next one begins two minutes later)

Time::HiRes::sleep(0.05) until Time::HiRes::time() >= $begins + 100 || marked($after x 32);
ok marked($after x 32), 'the folder after the large one';
is scalar(grep { !marked($_) } @many), 0,
    'and all of the large one before it';

done_testing;
