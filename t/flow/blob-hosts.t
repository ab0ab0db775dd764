# Hosts that serve one store share one directory of blobs.  Each writes files of
# its own there, also when process ids and descriptors are the same; a host with
# another directory, or with that of another store, is refused.

use lib 't/lib';
use Phone::Toys;
use Phone::Product;
use Phone::Env qw(temp_dir spew slurp spawn forget_process);
use Digest::SHA ();

my $dir = temp_dir();
my $blobs = "$dir/blobs";
my @conf = (workers => 1, allow => qr/\[crit\].*(?:director|"phone_blobs"|has other bytes|a call with a file is refused)/);

sub host {
    my ($redis, $folder, %o) = @_;
    return Phone::Product->new(@conf, redis => 0, store => 'unix:' . $redis->socket,
        http => "phone_blobs $folder; phone_pump interval=100ms;", %o);
}

sub sha { Digest::SHA::sha256_hex($_[0]) }
sub file { "$blobs/kept/" . substr($_[0], 0, 2) . "/$_[0]" }

sub add {
    my ($p, $who, $bytes, %o) = @_;
    return $p->request('POST', '/toy/pictures', cookie => $who->{cookie}, body => $bytes,
                       headers => { 'Content-Type' => 'image/png' }, %o);
}
sub get { $_[0]->get("/toy/pictures/$_[2]", cookie => $_[1]{cookie}) }

my $li;

sub is_refused {
    my ($p, $reason) = @_;
    ok wait_for(sub { $p->get('/metrics')->{content} =~ /^phone_store_up 0/m
                      && $p->log =~ /\[crit\].*$reason/ }), "refused: $reason";
    is add($p, $li, 'refused')->{status}, 503, 'calls get 503';
}


# The first host names the directory, the second one finds it so

my $one = Phone::Product->new(@conf, http => "phone_blobs $blobs; phone_pump interval=100ms;");
my $redis = $one->redis;
$li = $one->payer('13800000001', 100);
my $line;
ok wait_for(sub { $line = $redis->hash('phone:store')->{blobs} }), 'the store knows its directory';
like $line, qr/^\S+ [0-9a-f]{32}$/, 'by the id of the store, and a name';
is slurp("$blobs/store"), "$line\n", 'which is that of the directory';
is_deeply [glob "$blobs/new/*"], [], 'nothing else is left there';

my $two = host($redis, $blobs);
is add($one, $li, 'shared')->{status}, 200, 'one host keeps a file';
is patient { $two->get('/me', cookie => $li->{cookie}) }->{status}, 200, 'another host';
is get($two, $li, sha 'shared')->{content}, 'shared', 'the other one has it';


# A share that is unmounted while nginx runs: in its place are the folders that
# nginx has made there before it was mounted

rename $blobs, "$blobs.away" or die;
mkdir $_ for $blobs, map { "$blobs/$_" } qw(new kept gone);
is add($one, $li, $_)->{status}, 503, 'the share is away: not kept' for 'unmounted', 'shared';
is_deeply [glob "$blobs/new/* $blobs/kept/*"], [], 'nothing is written where it should be';
like $one->log, qr/\[crit\].* a call with a file is refused: open\(\) of "\Q$blobs\E\/store" failed/,
    'the log says what is missing';
system 'rm', '-r', $blobs;
rename "$blobs.away", $blobs or die;
is add($one, $li, 'unmounted')->{status}, 200, 'it is mounted again: kept';
is get($two, $li, sha 'unmounted')->{content}, 'unmounted', 'for all hosts';


# With a directory of its own

my $own = host($redis, "$dir/own");
is_refused($own, 'its hosts use another directory');
is $redis->hash('phone:store')->{blobs}, $line, 'the store keeps its own';
is get($two, $li, sha 'shared')->{status}, 200, 'the others go on';
ok !-e "$dir/own/store", 'it has no name: a share may not be mounted yet';
spew("$dir/own/store", "store-2 " . 'a' x 32 . "\n");
is_refused($own, 'belongs to another store');
spew("$dir/own/store", "$line\n");
is patient { $own->get('/me', cookie => $li->{cookie}) }->{status}, 200,
    'a copy of the directory, with its name, is taken, without a reload';
$own->stop;


# Without a directory: it would run events of the others, which need it

my $without = do {
    no warnings 'redefine';
    local *Phone::Toys::locations = sub { '' };
    Phone::Product->new(@conf, redis => 0, store => 'unix:' . $redis->socket, stopped => 1);
};
$without->write($_, '') for qw(bill.conf mail.conf);
$without->write('phone.conf', slurp($without->dir . '/phone.conf') =~ s/^phone_blobs .*\n//mr);
$without->start;
ok $without->wait_log(qr/\[crit\].*its hosts share a directory of "phone_blobs", which this one does not have/),
    'a host without a directory is refused';
is $without->get('/me', cookie => $li->{cookie})->{status}, 503, 'its calls get 503';
$without->stop;


# That of another store, one that cannot be read, and a new one

my $other = Phone::Product->new(@conf, http => "phone_blobs $blobs;",
    redis => { appendfsync => 'always', store => 'store-2' },
    store_id => 'phone_store_id store-2; phone_redis_unsafe on;', stopped => 1);
$other->start;
is_refused($other, 'belongs to another store');
is $other->redis->hash('phone:store')->{blobs}, undef, 'the store does not name it';
$other->stop;

mkdir "$dir/bad";
mkdir "$dir/bad/store";
my $bad = host($redis, "$dir/bad");
is_refused($bad, 'the directory of "phone_blobs" cannot be used: read\(\) of its file "store" failed \(\d+: .*\)');
rmdir "$dir/bad/store";
spew("$dir/bad/store", "$line\n");
is patient { $bad->get('/me', cookie => $li->{cookie}) }->{status}, 200, 'until it can be read';
$bad->stop;

$_->stop for $one, $two;
$redis->command('HDEL', 'phone:store', 'blobs');
unlink "$blobs/store";
$one->start;
ok wait_for(sub { get($one, $li, sha 'shared')->{status} == 200 }), 'it is named anew';
ok wait_for(sub { ($redis->hash('phone:store')->{blobs} || $line) ne $line }), 'by another name';


# Once with another store's id, as before phone_store_id is set

my $new = Phone::Product->new(@conf, stopped => 1, allow => qr/\[crit\].*it holds the store/,
    http => "phone_blobs $dir/none;", store_id => 'phone_store_id none; phone_redis_unsafe on;');
$new->start;
ok wait_for(sub { $new->log =~ /\[crit\].*it holds the store "[^"]*", not "none"/ }), 'another store';
ok !-e "$dir/none/store", 'the directory is not named for it';
$new->configure(store_id => 'phone_store_id ' . Phone::Redis::STORE . '; phone_redis_unsafe on;');
$new->reload(wait => 1);
ok wait_for(sub { -e "$dir/none/store"
                  && slurp("$dir/none/store") eq ($new->redis->hash('phone:store')->{blobs} || '') . "\n" }),
    'it is for the right one';
$new->stop;


# A kept file with other bytes, of the same size

for my $bytes ('right' x 1000, "\0" x 40000) {
    is add($one, $li, $bytes)->{status}, 200, 'kept';
    open my $file, '+<', file(sha $bytes) or die;
    seek $file, length($bytes) - 3, 0;
    syswrite $file, 'bad';
    close $file;
    isnt get($one, $li, sha $bytes)->{content}, $bytes, 'it is damaged';
    is add($one, $li, $bytes)->{status}, 200, 'kept again';
    ok get($one, $li, sha $bytes)->{content} eq $bytes, 'the right bytes are back';
}
like $one->log, qr/\[crit\] .* has other bytes than were kept/, 'the log says so';
my $inode = (stat file(sha 'shared'))[1];
is add($one, $li, 'shared')->{status}, 200, 'right bytes, kept again';
is((stat file(sha 'shared'))[1], $inode, 'are not written again');
$one->stop;


# In containers: the same process ids, the same descriptors

SKIP: {
    skip 'no PID namespaces', 1 if system('unshare --pid --fork true 2>/dev/null') != 0;
    my @host = map { host($redis, $blobs, stopped => 1) } 1, 2;
    my @container;
    for my $p (@host) {
        push @container, spawn(['unshare', '--pid', '--fork', '--kill-child', $p->command],
            out => $p->dir . '/logs/stderr.log');
        ok wait_for(sub { $p->answers }), 'a host';
    }
    my ($refused, $wrong) = (0, 0);
    for my $try (1 .. 8) {
        my $bytes = join '', map { pack 'N', ($_ * 2654435761 + $try) & 0xffffffff } 1 .. 1_000_000;
        my @got = $host[0]->parallel(2, sub {
            add($host[$_[0] - 1], $li, $bytes)->{status} });
        $refused++ if grep { $_ != 200 } @got;
        $wrong++ if get($host[0], $li, sha $bytes)->{content} ne $bytes;
    }
    is $refused, 0, 'both may keep the same bytes at once';
    is $wrong, 0, 'and they are right';
    for my $pid (@container) {
        kill 'KILL', split ' ', slurp("/proc/$pid/task/$pid/children");
        forget_process($pid);
        waitpid $pid, 0;
    }
}

done_testing;
