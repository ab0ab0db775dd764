# Blobs under faults: a merchant's signature covers a file, nothing is left of
# uploads that end early, bytes outlive the crash between keeping and commit, two
# owners, a disk that fails; and the sweep removes what nobody keeps, nothing else.

use lib 't/lib';
use Phone::Toys;
use Phone::Product;
use Phone::Env qw(temp_dir);
use Digest::SHA ();
use IO::Select;
use Time::HiRes ();

my $blobs = temp_dir() . '/blobs';
my $p = Phone::Product->new(workers => 2,
    http => "phone_blobs $blobs sweep=1s; phone_pump interval=100ms;",
    allow => qr/a call with a file is refused|blob "[^"]*" (?:cannot be read|has 2 bytes instead)/);
my $li = $p->payer('13800000001', 100);
my $wang = $p->payer('13900000002', 100);

sub sha { Digest::SHA::sha256_hex($_[0]) }
sub file { "$blobs/kept/" . substr($_[0], 0, 2) . "/$_[0]" }
sub files { my @all = glob "$blobs/*/* $blobs/kept/*/*"; return grep { -f } @all }
sub owners { my ($key) = $p->redis->keys("phone:*:blob:$_[0]");
             return $key ? $p->redis->command('ZCARD', $key) : 0 }

sub add {
    my ($who, $bytes, %o) = @_;
    return $p->request('POST', '/toy/pictures', cookie => $who->{cookie}, body => $bytes,
                       headers => { 'Content-Type' => 'image/png' }, %o);
}
sub get { $p->get("/toy/pictures/$_[1]", cookie => $_[0]{cookie}) }
sub drop { $p->delete("/toy/pictures/$_[1]", cookie => $_[0]{cookie}) }

# as if it had been touched two days ago
sub age { my $then = time - 2 * 86400; utime $then, $then, map { file($_) } @_ }
# and as if nobody had kept it then
sub lie { chmod 0400, map { file($_) } @_; age(@_) }
sub marked { (stat file($_[0]))[2] & 0200 ? 0 : 1 }


# A merchant's call with a file: its hash, type and name are signed, and not sent

my $shop = $p->shop('tea');
my %call = $shop->call('toy.receipt', data => sha('hello'), 'data.type' => 'application/octet-stream',
    'data.name' => 'a', title => 'tea');
delete @call{'data', 'data.type', 'data.name'};

sub form {
    my ($bytes, %field) = @_;
    return join '', (map { "--XX\r\nContent-Disposition: form-data; name=\"$_\"\r\n\r\n$field{$_}\r\n" }
                     sort keys %field),
        "--XX\r\nContent-Disposition: form-data; name=\"data\"; filename=\"a\"\r\n\r\n$bytes\r\n--XX--\r\n";
}

my @form = (headers => { 'Content-Type' => 'multipart/form-data; boundary=XX' });
my $reply = $p->request('POST', '/toy/receipt', body => form('hallo', %call), @form);
is $reply->{json}{code}, 'DIGEST_MISMATCH', 'another file than was signed';
$reply = $p->request('POST', '/toy/receipt', body => form('hello', %call) =~ s/filename="a"/filename="b"/r, @form);
is $reply->{json}{code}, 'DIGEST_MISMATCH', 'another name';
$reply = $p->request('POST', '/toy/receipt', body => form('hello', %call) =~ s/(filename="a")/$1\r\nContent-Type: text\/html/r, @form);
is $reply->{json}{code}, 'DIGEST_MISMATCH', 'another type';
$reply = $p->request('POST', '/toy/receipt', body => form('hello', %call), @form);
is $reply->{json}{code}, 'OK', 'the file that was';
is $reply->{json}{sha256}, sha('hello'), 'it is that one';
ok Phone::Sign::check($p->{platform}{public}, %{ $reply->{json} }), 'the reply is signed';


# What a merchant keeps he alone gets, with a signature of its hash

my $cake = $p->shop('cake');

sub invoice {
    my ($shop, %header) = @_;
    my %call = $shop->call('toy.invoice', sha256 => sha('hello'));
    my $query = join '&', map { my $v = $call{$_}; $v =~ s/([^A-Za-z0-9._-])/sprintf '%%%02X', ord $1/ge;
                                "$_=$v" } sort keys %call;
    return $p->get("/toy/invoices?$query", headers => \%header);
}

%call = $shop->call('toy.invoice_add', data => sha('hello'), 'data.type' => 'application/octet-stream',
    'data.name' => 'a');
delete @call{'data', 'data.type', 'data.name'};
is $p->request('POST', '/toy/invoices', body => form('hello', %call), @form)->{json}{code}, 'OK',
    'an invoice is kept';

for my $range ('', 'bytes=1-3') {
    my $got = invoice($shop, $range ? (Range => $range) : ());
    is $got->{status}, $range ? 206 : 200, 'the merchant gets it';
    is $got->{content}, $range ? 'ell' : 'hello', $range ? 'a part' : 'whole';
    my %signed = map { s/\+/ /gr =~ s/%([0-9A-Fa-f]{2})/chr hex $1/ger }
                 map { split /=/, $_, 2 } split /&/, $got->{headers}{'phone-signed'} || '';
    ok Phone::Sign::check($p->{platform}{public}, %signed), 'with a signature';
    is $signed{sha256}, sha('hello'), 'of the hash of the whole';
    is $got->{headers}{'phone-digest'}, 'sha-256=' . sha('hello'), 'which is a header';
}

is invoice($cake)->{json}{code}, 'NOT_FOUND', 'another merchant does not';
ok !invoice($cake)->{headers}{'phone-digest'}, 'not even its digest';


# A large one, whole and in parts

my $large = join '', map { pack 'N', ($_ * 2654435761) & 0xffffffff } 1 .. 750_000;
is add($li, $large)->{status}, 200, 'three megabytes';
is sha(get($li, sha($large))->{content}), sha($large), 'come back';
my $part = $p->get('/toy/pictures/' . sha($large), cookie => $li->{cookie},
    headers => { Range => 'bytes=1000000-', 'If-Range' => '"' . sha($large) . '"' });
is $part->{status}, 206, 'the rest of it';
ok $part->{content} eq substr($large, 1_000_000), 'is the rest';


# A body is not waited for when its sender cannot be let in: not a byte of it comes

my $token = 'operator-token-for-tests';
my $begin = sub { "$_[0] HTTP/1.1\r\nHost: a\r\nContent-Type: $_[1]\r\nContent-Length: $_[2]\r\n"
                  . join('', map { "$_\r\n" } @_[3 .. $#_]) . "\r\n" };
my $said = sub {
    my ($head, $wait) = @_;
    my $socket = $p->connect;
    syswrite $socket, $head;
    my $said = '';
    return IO::Select->new($socket)->can_read($wait || 60) && sysread($socket, $said, 8192) ? $said : '';
};
my @upload = ('POST /toy/pictures', 'image/png', 50_000_000);
my @form_of = ('application/x-www-form-urlencoded', 30);
like $said->($begin->(@$_)), qr/^HTTP\/1.1 401 .*Connection: close.*"code":"LOGIN_REQUIRED"/s, "$_->[0]: @$_[3 .. $#$_]"
    for [@upload], [@upload, 'Cookie: phone_session=forged'], [@upload, 'Expect: 100-continue'],
        ['POST /pay/pin', @form_of], ['POST /logout', @form_of, 'Cookie: a=b'];
like $said->($begin->(@$_)), qr/^HTTP\/1.1 401 .*"code":"LOGIN_REQUIRED"/s, "an operator: @$_[3 .. $#$_]"
    for ['POST /operator/accounts', @form_of], ['POST /operator/accounts', @form_of, 'Authorization: Bearer x'];
like $said->("POST /toy/pictures HTTP/1.1\r\nHost: a\r\nContent-Type: image/png\r\nTransfer-Encoding: chunked\r\n\r\n"),
    qr/^HTTP\/1.1 401 /, 'nor one of unknown length';
is $said->($begin->(@$_), 0.3), '', "waited for: @$_[0]"
    for [@upload, "Cookie: $li->{cookie}"], ['POST /pay/pin', @form_of, "Cookie: $li->{cookie}"],
        ['POST /operator/accounts', @form_of, "Authorization: Bearer $token"],
        ['POST /login', @form_of], ['POST /pay/bill', @form_of];
like $said->($begin->(@upload, "Cookie: $li->{cookie}", 'Expect: 100-continue')), qr/^HTTP\/1.1 100 /, 'or asked for';
like $said->($begin->(@upload[0, 1], 80_000_000)), qr/^HTTP\/1.1 413 /, 'of what is too large that is said';

# whoever sends it nevertheless gets the answer, and nothing of it is kept
my $refused = $p->request('POST', '/toy/pictures', body => 'r' x 3_000_000, headers => { 'Content-Type' => 'image/png' });
is $refused->{status}, 401, 'a body of megabytes, sent without a cookie';


# Whoever sends half of a body, or goes away

my $head = "POST /toy/pictures HTTP/1.1\r\nHost: a\r\nCookie: $li->{cookie}\r\nContent-Type: image/png\r\n";
my @before = files();
for (1 .. 20) {
    my $socket = $p->connect;
    syswrite $socket, $head . "Content-Length: 400000\r\n\r\n" . 'x' x 200_000;
    close $socket;
}
for (1 .. 10) {                # all of it, but nobody waits for the answer
    my $socket = $p->connect;
    syswrite $socket, $head . "Content-Length: 9\r\n\r\ngone away";
    close $socket;
}
ok wait_for { -e file(sha('gone away')) }, 'a call goes on without its client';
sub left { return [sort grep { $_ ne file(sha('gone away')) } files()] }
wait_for { "@{ left() }" eq join ' ', sort @before };
is_deeply left(), [sort @before], 'nothing is left of the others';
ok !-e file(sha('r' x 3_000_000)), 'nor of a body without a session';


# Two who keep the same bytes

is add($_, 'both')->{status}, 200, 'kept' for $li, $wang;
is owners(sha 'both'), 2, 'by two';
is drop($li, sha 'both')->{status}, 200, 'one lets go';
is get($li, sha 'both')->{status}, 404, 'he has it no longer';
lie(sha 'both');
ok wait_for(sub { !marked(sha 'both') }), 'somebody keeps it: it has no mark';
is get($wang, sha 'both')->{content}, 'both', 'the other one has it';


# What nobody keeps goes, a day after that was found

is add($li, 'alone')->{status}, 200, 'kept by one';
drop($li, sha 'alone');
is owners(sha 'alone'), 0, 'by nobody now';
Time::HiRes::sleep(1.5);
ok !marked(sha 'alone'), 'within a day nobody looks at it';
age(sha 'alone');
ok wait_for(sub { marked(sha 'alone') }), 'then it is marked';
is add($li, 'alone')->{status}, 200, 'kept again';
ok !marked(sha 'alone'), 'it has no mark';
drop($li, sha 'alone');
chmod 0400, file(sha 'alone');
Time::HiRes::sleep(1.5);
ok -e file(sha 'alone'), 'with a mark it stays for a day';
age(sha 'alone');
ok wait_for(sub { !-e file(sha 'alone') }), 'after that it goes';
ok -e file(sha $large), 'others stay';
ok -e file(sha 'both'), 'old ones too';
ok wait_for(sub { $p->get('/metrics')->{content} =~ /^phone_blobs_swept_total 1$/m }),
    'it is counted';


# The store does not answer: nothing is swept

is add($li, 'quiet')->{status}, 200, 'kept';
drop($li, sha 'quiet');
$p->redis->freeze;
lie(sha 'quiet');
Time::HiRes::sleep(2);
ok -e file(sha 'quiet'), 'nobody can say who keeps it: it stays';
$p->redis->thaw;
ok wait_for(sub { !-e file(sha 'quiet') }), 'until the store is back';


# A worker dies between keeping and commit

$p->redis->command('CLIENT', 'PAUSE', 4000, 'WRITE');
my $pid = fork;
if (!$pid) { eval { add($li, 'crash', timeout => 3) }; POSIX::_exit(0) }
ok wait_for(sub { -e file(sha 'crash') }), 'it is kept before it is committed';
$p->kill_worker for 1 .. 2;
waitpid $pid, 0;
Time::HiRes::sleep(4.5);
my $there = owners(sha 'crash');
is patient { get($li, sha 'crash') }->{status}, $there ? 200 : 404, 'the record is as the owners say';
if ($there) { patient { drop($li, sha 'crash') } }
lie(sha 'crash');
ok wait_for(sub { !-e file(sha 'crash') }), 'the orphan is swept';


# Sweeping and keeping at once: whatever a record names is there.  Large files
# hold the threads up, so that much happens between a look and a removal.

my $end = time + 8;
my @name = map { "race $_" } 1 .. 80;

sub child {
    my ($work) = @_;
    my $pid = fork;
    return $pid if $pid;
    my $bad = 0;
    while (time < $end) { $bad += eval { $work->() } || 0 }
    POSIX::_exit($bad > 255 ? 255 : $bad);
}

my @crowd = map { child(sub { add($wang, $large x 6); 0 }) } 1 .. 2;

for my $part (0 .. 7) {
    push @crowd, child(sub {
        my $name = $name[$part * 10 + int rand 10];
        drop($li, sha $name) if -e file(sha $name);
        lie(sha $name);
        Time::HiRes::sleep(rand 0.3);
        return 1 if add($li, $name)->{status} != 200;
        return get($li, sha $name)->{content} ne $name;
    });
}

my $lost = 0;
for (@crowd) { waitpid $_, 0; $lost += $? >> 8 }
is $lost, 0, 'what is kept is there';
Time::HiRes::sleep(1);
is scalar(grep { my $reply = get($li, sha $_); $reply->{status} == 500 } @name), 0, 'and stays';


# A disk that takes nothing

rename "$blobs/new", "$blobs/away" or die;
my $full = add($li, 'full');
is $full->{status}, 503, 'a disk that fails';
is $full->{json}{code}, 'STORE_UNAVAILABLE', 'try again';
is get($li, sha 'full')->{status}, 404, 'nothing was committed';
ok !-e file(sha 'full'), 'and nothing kept';
like $p->log, qr/\[crit\].* a call with a file is refused: open\(\) of "[^"]*" failed/, 'the log says why';
rename "$blobs/away", "$blobs/new" or die;
is add($li, 'full')->{status}, 200, 'later it works';

SKIP: {
    my $small = temp_dir();
    skip 'no tmpfs can be mounted', 4
        if $> != 0 || system("mount -t tmpfs -o size=256k tmpfs $blobs/new 2>/dev/null") != 0;
    # a rename between file systems fails as well: what matters is the write
    is add($li, 'x' x 1_000_000)->{status}, 503, 'a disk that is full';
    my @left = glob "$blobs/new/*";
    is scalar @left, 0, 'leaves nothing';
    is get($li, sha('x' x 1_000_000))->{status}, 404, 'and no record';
    system("umount $blobs/new");
    is add($li, 'x' x 1_000_000)->{status}, 200, 'with room it works';
}


# A disk has cut a file

truncate file(sha 'full'), 2 or die;
is get($li, sha 'full')->{status}, 500, 'a blob that is shorter than it was';
like $p->log, qr/\[crit\].* has 2 bytes instead of 4: put it back/, 'the log says so';


# A file that is gone though a record names it

unlink file(sha 'both');
is get($wang, sha 'both')->{status}, 500, 'a blob that is not there';
like $p->log, qr/\[crit\].* cannot be read, though a record names it/, 'is named in the log';

done_testing;
