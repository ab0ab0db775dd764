# Work that reads and makes blobs, on real nginx and Redis: a sheet is looked at
# before it is kept, a job makes its report in steps while workers are killed,
# and the disk fails.

use lib 't/lib';
use Phone::Toys;
use Phone::Product;
use Phone::Env qw(temp_dir);
use Digest::SHA ();
use Time::HiRes ();

my $blobs = temp_dir() . '/blobs';
my $p = Phone::Product->new(workers => 2,
    http => "phone_blobs $blobs sweep=1s; phone_pump interval=100ms;
             phone_lease 2s; phone_fetch_timeout 800ms;",
    allow => qr/a call with a file is refused|blob "[^"]*" cannot be read/);
my $li = $p->payer('13800000001', 100);
my $wang = $p->payer('13900000002', 100);

sub sha { Digest::SHA::sha256_hex($_[0]) }
sub file { "$blobs/kept/" . substr($_[0], 0, 2) . "/$_[0]" }
sub kept { my @all = glob "$blobs/kept/*/*"; return scalar @all }
sub half { my @all = glob "$blobs/new/*"; return scalar @all }

sub sheet { my ($from, $n) = @_; return join '', map { "$_\n" } $from .. $from + $n - 1 }
sub report { join '', map { "$_," . 2 * $_ . "\n" } split /\n/, $_[0] }

sub add {
    my ($who, $sheet, $by) = @_;
    return $p->request('POST', "/toy/sheets?by=$by", cookie => $who->{cookie}, body => $sheet,
                       headers => { 'Content-Type' => 'text/csv' });
}
sub look { my ($who, $sheet) = @_;
           return patient { $p->get('/toy/sheets/' . sha($sheet), cookie => $who->{cookie}) }->{json} }
sub got { $p->get('/toy/sheets/' . sha($_[1]) . '/report', cookie => $_[0]{cookie}) }
sub over { my ($who, $sheet) = @_;
           return wait_for(sub { look($who, $sheet)->{job} ne 'RUNNING' }) }


# What is no sheet leaves nothing

my $bad = add($li, "1\n2\nthree\n", 1);
is $bad->{status}, 400, 'what is no sheet';
is $bad->{json}{field}, 'sheet', 'is refused';
is kept(), 0, 'and is not kept';
is half(), 0, 'not even half of it';


# A report of 20,000 lines in 40 steps; the workers are killed meanwhile

my $sheet = sheet(1, 20_000);
my $reply = add($li, $sheet, 500);
is $reply->{status}, 200, 'a sheet' or diag $reply->{content};
is $reply->{json}{total}, 20_000, 'its lines are counted';

for my $kill (1 .. 3) {
    my $done = look($li, $sheet)->{done};
    ok wait_for(sub { look($li, $sheet)->{done} > $done }), "it goes on from $done";
    $p->kill_worker('KILL') for 1 .. 2;
}

ok over($li, $sheet), 'it comes to its end' or diag explain look($li, $sheet);
my $end = look($li, $sheet);
is $end->{job}, 'DONE', 'it is done' or diag explain $end;
is $end->{done}, 20_000, 'each line once';
is $end->{sum}, 20 * 499_500, 'and their sum';
is $end->{result}, sha(report($sheet)), 'the report is what it should be';

my $got = got($li, $sheet);
is $got->{status}, 200, 'whose it is has it';
is sha($got->{content}), sha(report($sheet)), 'whole';
is $got->{headers}{'content-type'}, 'text/csv', 'with its type';
like $got->{headers}{'content-disposition'}, qr/^attachment; filename="report.csv"/,
    'and its name';
is got($wang, $sheet)->{status}, 404, 'nobody else';


# Somebody else has the same made, in other steps, at the same time as a third

my $zhao = $p->payer('13700000003', 100);
add($_, $sheet, 3000) for $wang, $zhao;
ok over($_, $sheet), 'made again' for $wang, $zhao;
is got($_, $sheet)->{content}, report($sheet), 'byte for byte the same' for $wang, $zhao;


# A disk that takes nothing; the job goes on when it does

my $second = sheet(500_000, 20_000);
my $killed = half();            # what killed workers have left, for the sweep
add($li, $second, 200);
rename "$blobs/new", "$blobs/away" or die;
ok wait_for(sub { (look($li, $second)->{error} || '') eq 'STORE_UNAVAILABLE' }),
    'the job says that the disk fails';
is add($li, sheet(1, 3), 1)->{status}, 503, 'a call is refused';
like $p->log, qr/\[crit\].* a call with a file is refused: open\(\) of "[^"]*" failed/,
    'the log says why';
rename "$blobs/away", "$blobs/new" or die;
ok over($li, $second), 'with room it goes on';
is got($li, $second)->{content}, report($second), 'to the right report';
cmp_ok half(), '<=', $killed + 1, 'and nothing half made is left, but what was moved away';


# A job that is stopped; a blob that is gone

my $third = sheet(700_000, 20_000);
add($li, $third, 100);
ok wait_for(sub { look($li, $third)->{done} > 0 }), 'under way';
is $p->post('/toy/sheets/' . sha($third) . '/cancel', {}, cookie => $li->{cookie})->{json}{job},
    'CANCELED', 'stopped';
Time::HiRes::sleep(1);
is got($li, $third)->{status}, 404, 'there is no report';

my $fourth = sheet(800_000, 20_000);
add($li, $fourth, 100);
unlink file(sha($fourth)) or die;
ok wait_for(sub { (look($li, $fourth)->{error} || '') eq 'INTERNAL' }),
    'without the sheet the job cannot go on';
like $p->log, qr/\[crit\].* blob "@{[ sha($fourth) ]}" cannot be read, though a record names it/,
    'the log names it';
$p->post('/toy/sheets/' . sha($fourth) . '/cancel', {}, cookie => $li->{cookie});

my ($kept) = $p->get('/metrics')->{content} =~ /^phone_blobs_kept_total (\d+)$/m;
cmp_ok $kept, '>', 10, 'blobs that work makes are counted';


# Pieces, which nobody keeps, go like other orphans

my @old = grep { ! -z } glob "$blobs/kept/*/*";
my $then = time - 2 * 86400;
chmod 0400, @old;
utime $then, $then, @old;
ok wait_for(sub { kept() <= 8 }), 'pieces are swept' or diag kept();
is got($_, $sheet)->{content}, report($sheet), 'reports stay' for $li, $wang, $zhao;

done_testing;
