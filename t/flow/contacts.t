# Phonebooks on real nginx and Redis: a file of 5000 rows, with workers killed
# in the middle; the same file again, taken back, exported and read again; many
# at once; files that are to do harm.

use lib 't/lib';
use Phone::Product;
use Encode ();
use Time::HiRes qw(time sleep);

my $p = Phone::Product->new(workers => 2, allow => qr/exited on signal 9/,
    http => 'phone_pump interval=100ms; phone_lease 3s;');
my $redis = $p->redis;
my $li = $p->payer('13800000001', 100);
my $wang = $p->payer('13900000002', 100);

sub import_file {
    my ($who, $bytes, $query, $type) = @_;
    return $p->request('POST', '/mail/contacts/import' . ($query || ''), body => $bytes,
        cookie => $who->{cookie}, timeout => 60,
        headers => { 'Content-Type' => $type || 'application/octet-stream' });
}
sub look {
    my ($who, $job, $after) = @_;
    return (patient { $p->get("/mail/contacts/import/$job" . (defined $after ? "?after=$after" : ''),
                              cookie => $who->{cookie}) })->{json};
}
sub over {
    my ($who, $job) = @_;
    wait_for(sub { look($who, $job)->{state} ne 'RUNNING' }, 120);
    return look($who, $job);
}
sub imported { my ($who, @file) = @_; my $reply = import_file($who, @file);
               die "import: $reply->{content}\n" if $reply->{status} != 200;
               return over($who, $reply->{json}{job_id}) }
sub counts { join ' ', map { $_[0]{$_} } qw(created merged duplicate invalid stored) }
sub list { my ($who, $query) = @_;
           return $p->get('/mail/contacts' . ($query || ''), cookie => $who->{cookie})->{json} }
sub all {
    my ($who) = @_;
    my ($after, @all) = ('');
    for (1 .. 100) {
        my $page = list($who, "?limit=100$after");
        push @all, @{ $page->{contacts} };
        last if !$page->{next_after};
        $after = "&after=$page->{next_after}";
    }
    return @all;
}
sub keys_of { my @keys = $redis->keys("phone:*:$_[0]:*"); return scalar @keys }
sub numbers { return map { $_->{number} } map { @{ $_->{numbers} } } @_ }
sub results {
    my ($who, $job) = @_;
    my ($after, @all) = (0);
    while (defined $after) {
        my $page = look($who, $job, $after);
        push @all, @{ $page->{results} };
        $after = $page->{next_after};
    }
    return @all;
}


# 5000 rows, with workers killed in the middle

my $rows = 5000;
my $file = "\xef\xbb\xbfName,Phone 1 - Label,Phone 1 - Value,Notes\r\n"
    . join '', map { sprintf "\"Person, %04d\",Mobile,139 %04d %04d,no. %d\r\n", $_, $_ / 10, $_, $_ } 1 .. $rows;
my $start = time;
my $reply = import_file($li, $file, '', 'text/csv');
my $took = time - $start;
is $reply->{status}, 200, 'a file of 5000 rows is taken' or diag $reply->{content};
my $job = $reply->{json}{job_id};
is $reply->{json}{rows}, $rows, 'its rows are counted';

my $again = import_file($li, $file, '', 'text/csv');
is $again->{json}{job_id}, $job, 'sent again meanwhile it is the same import';
my $other = import_file($li, "name,phone\na,13900000001\n");
is $other->{json}{code}, 'IMPORT_RUNNING', 'another file waits';
is $other->{headers}{'retry-after'}, 1, 'and is told so';

my $kills = 0;
while ($kills < 3 && (my $done = look($li, $job)->{done}) < $rows) {
    ok wait_for(sub { look($li, $job)->{done} > $done }), "it goes on from $done";
    $p->kill_worker('KILL') for 1 .. 2;
    $kills++;
}
cmp_ok $kills, '>', 0, 'while workers are killed';

my $json = over($li, $job);
is $json->{state}, 'DONE', 'it is done though workers are killed';
is counts($json), "$rows 0 0 0 $rows", 'each row is stored once';
printf "# %d rows, %d bytes: taken in %.2f s, stored in %.1f s with %d kills\n", $rows,
    length $file, $took, time - $start, $kills;

my %line;
$line{ $_->{line} }++ for results($li, $job);
is scalar(keys %line), $rows, 'there is a result for each row';
is scalar(grep { $_ > 1 } values %line), 0, 'and one only';

my @all = all($li);
is scalar(@all), $rows, 'they are in the phonebook';
my %number;
$number{$_}++ for numbers(@all);
is scalar(keys %number), $rows, 'with their numbers, none twice';
is keys_of('contact'), $rows, 'there are no other contacts';
is keys_of('contact_number'), $rows, 'nor numbers';
is list($li, '?q=person,%200042')->{contacts}[0]{note}, 'no. 42', 'one is found';


# The same file again makes no duplicates; nor does what was exported

is counts(imported($li, $file)), "0 0 $rows 0 0", 'the same file again';
is keys_of('contact'), $rows, 'makes no duplicates';

$start = time;
my $vcard = $p->get('/mail/contacts/export', cookie => $li->{cookie});
printf "# %d contacts exported in %.2f s\n", $rows, time - $start;
is $vcard->{status}, 200, 'the phonebook is exported';
is scalar(() = $vcard->{content} =~ /^BEGIN:VCARD\r$/mg), $rows, 'each contact is a card';
my $csv = $p->get('/mail/contacts/export?format=csv', cookie => $li->{cookie});
is scalar(() = $csv->{content} =~ /\r\n/g), $rows + 1, 'or a row';
is scalar(grep { /(?:^|,)[=+\-@]/ } split /\r\n/, $csv->{content}), 0, 'no cell is a formula';

is counts(imported($wang, $vcard->{content}, '?dry_run=1')), "$rows 0 0 0 0", 'a dry run of the cards';
is scalar(all($wang)), 0, 'stores nothing';
is counts(imported($wang, $vcard->{content})), "$rows 0 0 0 $rows", 'the cards go into another phonebook';
is counts(imported($wang, $csv->{content})), "0 0 $rows 0 0", 'the CSV file has the same numbers';
is_deeply [ sort(numbers(all($wang))) ], [ sort(numbers(@all)) ], 'it is the same phonebook';


# Undo

my $one = (all($li))[0];
is $p->request('PUT', "/mail/contacts/$one->{contact_id}", cookie => $li->{cookie},
    body => { name => 'Mine', numbers => $one->{numbers} })->{status}, 200, 'one is changed';
is $p->post("/mail/contacts/import/$job/undo", '', cookie => $wang->{cookie})->{status}, 404,
    'an import is not taken back by somebody else';
is $p->post("/mail/contacts/import/$job/undo", '', cookie => $li->{cookie})->{json}{undo}, 'RUNNING',
    'it is taken back';
sleep 0.3;
$p->kill_worker('KILL') for 1 .. 2;
ok wait_for(sub { look($li, $job)->{undo} eq 'DONE' }, 120), 'though workers are killed';
$json = look($li, $job);
is "$json->{removed} $json->{left}", ($rows - 1) . ' 1', 'all but what was changed';
is_deeply [ map { $_->{name} } all($li) ], ['Mine'], 'is gone';
is scalar(all($wang)), $rows, 'the other phonebook is as it was';
is counts(imported($li, $file)), ($rows - 1) . ' 0 1 0 ' . ($rows - 1), 'the file can be imported again';


# Many at once

my $zhao = $p->payer('13700000003', 100);
my @status = $p->parallel(10, sub {
    import_file($zhao, "name,phone\nx$_[0],138000011" . (10 + $_[0]) . "\n")->{json}{code} });
is scalar(grep { $_ eq 'OK' } @status) >= 1, 1, 'of ten imports at once some begin';
is scalar(grep { $_ ne 'OK' && $_ ne 'IMPORT_RUNNING' } @status), 0, 'others wait' or diag "@status";
wait_for(sub { import_file($zhao, "name,phone\ny,13811112222\n")->{status} == 200 }, 30);
wait_for(sub { (grep { $_ eq '+8613811112222' } numbers(all($zhao))) == 1 }, 30);
is scalar(all($zhao)), 1 + grep({ $_ eq 'OK' } @status), 'each that has begun is stored once';

my @made = $p->parallel(20, sub {
    $p->post('/mail/contacts', { name => "z$_[0]", numbers => [{ number => '13822223333' }] },
             cookie => $zhao->{cookie})->{status} });
is scalar(grep { $_ == 200 } @made), 1, 'of twenty who add one number one does';
is scalar(grep { $_ == 409 } @made), 19, 'others are told';


# Files of other programs, and files that are to do harm

is counts(imported($zhao, Encode::encode('GBK', Encode::decode('UTF-8',
    "姓名,手机,家庭电话\n张三,13900000001,021-61234567\n")))), '1 0 0 0 1', 'GBK';
is counts(imported($zhao, Encode::encode('UTF-16', Encode::decode('UTF-8',
    "姓名\t手机\n李四\t13900000002\n")))), '1 0 0 0 1', 'UTF-16';
is_deeply [ map { Encode::encode('UTF-8', $_->{name}) } map { @{ list($zhao, "?q=$_")->{contacts} } }
            13900000001, 13900000002 ], ['张三', '李四'], 'their names';

my $mb = 10 * 1024 * 1024 - 200;
my %hostile = (
    'a line of 10 MB' => [ "BEGIN:VCARD\nFN:a\nTEL:13900000001\nPHOTO:" . 'x' x $mb . "\nEND:VCARD\n", '0 0 1 0 0' ],
    'a million folds' => [ "BEGIN:VCARD\nFN:a" . "\n x" x ($mb / 3) . "\nTEL:13900000001\nEND:VCARD\n", '0 0 1 0 0' ],
    '100,000 numbers' => [ "BEGIN:VCARD\nFN:b\n" . "TEL:13900000009\n" x 100_000 . "END:VCARD\n", '1 0 0 0 1' ],
    'cards in cards' => [ "BEGIN:VCARD\nFN:a\n" . "AGENT:\nBEGIN:VCARD\n" x 400_000, '0 0 0 1 0' ],
    'zero bytes' => [ "BEGIN:VCARD\nFN:a\0b\nTEL:139\0\nEND:VCARD\n" . "\0" x 1_000_000, '0 0 0 1 0' ],
    'bad bytes' => [ "name,phone\n" . "\xff\xfe\x80,\xff\n" x 4000, '0 0 0 4000 0' ],
    'wide rows' => [ "name,phone\n" . 'a,' x ($mb / 2) . "\n", '0 0 0 1 0' ],
);

for my $name (sort keys %hostile) {
    $start = time;
    my $got = imported($zhao, $hostile{$name}[0]);
    is counts($got), $hostile{$name}[1], $name;
    ok time - $start < 30, sprintf '%s takes %.1f s', $name, time - $start;
}

is import_file($zhao, "name,phone\n\"" . 'x' x $mb)->{json}{code}, 'CONTACTS_UNREADABLE', 'an open quote';
is import_file($zhao, 'x' x (10 * 1024 * 1024 + 1))->{status}, 413, 'more than 10 MB';
is import_file($zhao, "name,phone\n" . "a,1\n" x 5001)->{json}{row}, 5002, 'more than 5000 rows';


# Strangers who hold all places of merchants' files, with a byte now and then, hold
# none of people's

my @held = map {
    my $socket = IO::Socket::INET->new(PeerAddr => '127.0.0.1', PeerPort => $p->port, Timeout => 60,
                                       LocalAddr => '127.0.1.' . (1 + int($_ / 10))) || die "cannot connect: $!\n";
    syswrite $socket, "POST /pay/reconcile?merchant_id=x HTTP/1.1\r\nHost: x\r\nContent-Type: text/csv\r\n"
        . "Content-Length: 1000000\r\n\r\n#";
    $socket
} 0 .. 49;
ok wait_for(sub { $p->post('/pay/reconcile', '', headers => { 'Content-Type' => 'text/csv' })->{status} == 503 }),
    'no merchant can send a file';
is import_file($p->payer('13600000009', 100), "name,phone\nheld,13812121212\n", '?dry_run=1')->{json}{code},
    'OK', 'a person can';
close $_ for @held;


# Whose row it is, of a dry run only; and no name that cannot be shown

my $song = $p->payer('13500000009', 100);
my $few = "Name,Phone\nAnn Lee,13911110001\nBob,1\nCy,\n,13911110002\nDan,13911110001\n\xe2\x80\xaeEve,13911110003\n";
my $tried = imported($song, $few, '?dry_run=1');
is_deeply [ map { join ' ', map { $_ // '-' } @$_{qw(line outcome reason name number)} }
            sort { $a->{line} <=> $b->{line} } @{ $tried->{results} } ],
    [ '2 created - Ann Lee +8613911110001', '3 invalid NUMBER_INVALID Bob -', '4 invalid NUMBER_MISSING Cy -',
      '5 created - - +8613911110002', '6 duplicate IN_FILE Dan -', '7 invalid NAME_ILLEGIBLE - -' ],
    'a dry run says whose row it is';
is scalar(grep { $_->{name} || $_->{number} } @{ imported($song, $few)->{results} }), 0, 'the import does not keep it';


# Nothing is left over: each number is held by the contact that has it

my %held;
for my $key ($redis->keys('phone:*:contact_number:*')) {
    my ($bucket, $owner, $number) = $key =~ /\{(\d+)\}:contact_number:(\+\d+):(\+\d+)$/;
    my $id = $redis->command('GET', $key);
    $held{$key} = 1 if ($redis->hash("phone:{$bucket}:contact:$id")->{numbers} // '') !~ /\Q$number\E/;
}
is scalar(keys %held), 0, 'no number is held by a contact that has it not';

done_testing();
