# Pictures of mails over real nginx and Redis: what comes back of a camera's file, to
# whom, with which headers; one file for a hundred recipients, with workers killed
# meanwhile; it goes with the last copy.

use lib 't/lib';
use Phone::Product;
use Phone::Picture;
use Phone::Env qw(temp_dir);
use Time::HiRes ();

my $blobs = temp_dir() . '/blobs';
my $p = Phone::Product->new(workers => 2, allow => qr/exited on signal 9/,
    http => "phone_blobs $blobs sweep=2s; phone_pump interval=100ms; phone_lease 3s; phone_mail_pictures 1000;");
my $redis = $p->redis;
my $li = $p->payer('13800000001', 100);
my $wang = $p->payer('13900000002', 100);
my $zhao = $p->payer('13700000003', 100);

sub with {
    my ($from, $path, $picture, %field) = @_;
    return $p->request('POST', $path, cookie => $from->{cookie}, timeout => 60,
        headers => { 'Content-Type' => Phone::Picture::TYPE }, body => Phone::Picture::form($picture, %field));
}
sub mails { my ($who) = @_; return (patient { $p->get("/mail?limit=50", cookie => $who->{cookie}) })->{json}{mail} }
sub newest { return mails($_[0])->[0]{mail_id} }
sub picture { my ($who, $id, %o) = @_; return $p->get("/mail/$id/picture", cookie => $who->{cookie}, %o) }
sub remove { my ($who, $id) = @_; return patient { $p->delete("/mail/$id", cookie => $who->{cookie}) } }
sub owners { my $n = 0; $n += $redis->command('ZCARD', $_) for $redis->keys('phone:*:blob:*'); return $n }
sub files { my @file = glob "$blobs/kept/*/*"; return scalar @file }

# A camera's file

my $about = 'GPS 48.1374 11.5755';
my $sent = Phone::Picture::jpeg($about);
my $reply = with($li, '/mail', $sent, to => [ $wang->{phone}, $zhao->{phone} ], text => 'look');
is $reply->{status}, 200, 'a photo is sent to two';
my $out = $reply->{json}{mail_id};
my ($in) = newest($wang);
my $got = picture($wang, $in);
is $got->{status}, 200, 'wang gets it';
like $got->{content}, qr/^\xff\xd8.*\xff\xd9$/s, 'a whole one';
unlike $got->{content}, qr/GPS|11\.57/, 'without where it was';
like $got->{content}, qr/Exif\x00\x00II\x2a\x00.{4}\x01\x00\x12\x01\x03\x00\x01\x00\x00\x00\x06\x00/s, 'but upright';
is length $got->{content}, mails($wang)->[0]{picture_size}, 'of the size that was said';
is files(), 1, 'kept once';

my $head = $got->{headers};
is $head->{'content-type'}, 'image/jpeg', 'of the type that it is, not of the one that was said';
is $head->{'x-content-type-options'}, 'nosniff', 'and no other';
is $head->{'content-disposition'}, q{attachment; filename="picture.jpeg"; filename*=UTF-8''picture.jpeg}, 'to be saved';
like $head->{'cache-control'}, qr/private/, 'kept by no proxy';
like $head->{'content-security-policy'}, qr/sandbox/, 'and runs nothing';
ok $head->{etag}, 'with an ETag';
is picture($wang, $in, headers => { 'If-None-Match' => $head->{etag} })->{status}, 304, 'by which it need not be sent again';
is picture($wang, $in, headers => { Range => 'bytes=0-1' })->{content}, "\xff\xd8", 'parts of it are sent';

# nobody else's

my @other = (picture($li, $in), picture($zhao, $in), picture($wang, $out), picture($wang, '001-01HQVMRZNJQE1FF01ZB2GRQKBE'));
is "$_->{status} $_->{json}{code}", '404 MAIL_NOT_FOUND', 'a mail that he does not have' for @other;
$_->{content} =~ s/"request_id":"[^"]+"/"request_id":""/ for @other;
is $_->{content}, $other[3]{content}, 'as if there were none' for @other;

# forwarded, and deleted

$reply = $p->post("/mail/$in/forward", { to => [ $li->{phone} ] }, cookie => $wang->{cookie});
is $reply->{status}, 200, 'it is sent on';
is owners(), 5, 'five copies have it';
remove(@$_) for [ $li, $out ], [ $wang, $in ], [ $wang, $reply->{json}{mail_id} ], [ $zhao, newest($zhao) ];
is owners(), 1, 'four go';
is picture($li, newest($li))->{content}, $got->{content}, 'the last one has it';
is picture($wang, $in)->{status}, 404, 'the others have not';
is files(), 1, 'it is there';

# the last copy goes: the sweep takes the file, a day later

my ($file) = glob "$blobs/kept/*/*";
remove($li, newest($li));
is owners(), 0, 'nobody has it';
ok wait_for(sub { my $then = time - 2 * 86400; utime $then, $then, $file; !-e $file }, 120), 'the file goes, when it is old';

# a hundred recipients, a job, workers that are killed

my @number = map { sprintf '1380001%04d', $_ } 1 .. 100;
my %person = map { $_ => $p->payer($_, 0) } @number[0, 50, 99];
$reply = with($li, '/mail', Phone::Picture::png(8, 4, 7, $about), to => \@number, text => 'all');
is $reply->{status}, 200, 'to a hundred' or diag $reply->{content};
for my $i (1 .. 3) { Time::HiRes::sleep(0.3); $p->kill_worker('KILL') }
ok wait_for(sub { owners() == 101 }, 120), 'a hundred and one copies' or diag owners();
is files(), 1, 'of one file';
is length picture($person{$_}, newest($person{$_}))->{content}, -s (glob "$blobs/kept/*/*")[0], "$_ has it" for sort keys %person;

# many at once: each its own mail, one picture

my @reply = $p->parallel(10, sub { with($wang, '/mail', Phone::Picture::png(3, 3), to => [ $zhao->{phone} ], text => "at once $_[0]")->{status} });
is scalar(grep { $_ eq 200 } @reply), 10, 'ten at once' or diag "@reply";
is files(), 2, 'one file more';
is scalar(grep { picture($zhao, $_->{mail_id})->{status} == 200 } grep { $_->{text} =~ /at once/ } @{ mails($zhao) }), 10, 'each has it';

# what is no picture keeps nothing, whatever it costs

is with($wang, '/mail', $_, to => [ $zhao->{phone} ], text => 'x')->{json}{code}, 'PICTURE_UNREADABLE', 'no picture'
    for substr($sent, 0, 100), Phone::Picture::png(7000, 7000), '<svg/>', "\0" x 100_000;
is files(), 2, 'nothing is kept of it';
is_deeply [ glob "$blobs/new/*" ], [], 'or lies about';

is_deeply [ $p->severe ], [], 'nothing severe was logged';

done_testing;
