# A slow disk under blobs: who fills it with tiny files takes no place of the
# signatures, the last files of others are not the first to be refused, and what
# has waited for too long is not done any more.

use lib 't/lib';
use Phone::Toys;
use Phone::Product;
use Phone::Env qw(build spew temp_dir top);
use Digest::SHA ();
use Time::HiRes ();

plan(skip_all => 'a sanitizer wants to be loaded first') if build() eq 'asan';

my $dir = temp_dir();
my ($blobs, $library, $slow) = ("$dir/blobs", "$dir/slow_sync.so", "$dir/slow");
is system('cc', '-O1', '-shared', '-fPIC', '-o', $library, top() . '/t/lib/slow_sync.c'), 0,
    'a disk that can be slow';
spew($slow, 0);

my $p = Phone::Product->new(workers => 1, stopped => 1,
    http => "phone_blobs $blobs; set_real_ip_from 127.0.0.1; real_ip_header X-Real-IP;");
{
    local @ENV{qw(LD_PRELOAD PHONE_SYNC)} = ($library, $slow);
    $p->start;
}

my $li = $p->payer('13800000001', 100);
my $wang = $p->payer('13900000002', 100);
my $shop = $p->shop('tea');
my $bill = $p->bill($shop, out_trade_no => 1, amount => 1, payer_phone => $li->{phone},
    subject => 'tea')->{json}{bill_id};

sub file { my $sha = Digest::SHA::sha256_hex($_[0]); "$blobs/kept/" . substr($sha, 0, 2) . "/$sha" }

# (files take turns by address)

sub add {
    my ($who, $bytes, %o) = @_;
    return $p->request('POST', '/toy/pictures', cookie => $who->{cookie}, body => $bytes,
                       headers => { 'Content-Type' => 'image/png', 'X-Real-IP' => '192.0.2.7' }, %o);
}

# Sends a file and does not wait for the answer.

sub throw {
    my ($who, $bytes) = @_;
    my $socket = $p->connect;
    syswrite $socket, "POST /toy/pictures HTTP/1.1\r\nHost: a\r\nCookie: $who->{cookie}\r\n"
        . "Content-Type: image/png\r\nContent-Length: " . length($bytes) . "\r\n\r\n$bytes";
    close $socket;
}


# 500 files of somebody who waits for none

spew($slow, 30);
throw($li, "flood $_") for 1 .. 500;
my %got;
for (1 .. 8) {
    my @call = map { { $shop->call('bill.query', bill_id => $bill) } } 1 .. 8;
    $got{$_}++ for $p->parallel(8, sub { $p->post('/pay/query', $call[$_[0] - 1])->{json}{code} });
}
is join(' ', map { "$_ $got{$_}" } sort keys %got), 'OK 64', 'merchants are answered';

my @his = $p->parallel(3, sub { add($wang, "wang $_[0]")->{status} });
is "@his", '200 200 200', 'and files of others are kept';
spew($slow, 0);


# One file takes longer than a call may wait

sub idle { wait_for(sub { $p->get('/metrics')->{content} =~ /^phone_compute_active 0$/m }) }
ok idle(), 'nothing is under way';
spew($slow, 16000);                          # it is synced more than once

# all are taken before one of them is kept: the last byte of each comes at once

my @name = ('first', map { "late $_" } 1 .. 5);
my @socket = map {
    my $socket = $p->connect;
    syswrite $socket, "POST /toy/pictures HTTP/1.1\r\nHost: a\r\nCookie: $wang->{cookie}\r\n"
        . "Content-Type: image/png\r\nContent-Length: " . length($_) . "\r\n\r\n" . substr $_, 0, -1;
    $socket;
} @name;
Time::HiRes::sleep(0.3);
syswrite $socket[$_], substr $name[$_], -1 for 0 .. $#name;
Time::HiRes::sleep(33);
spew($slow, 0);
ok idle(), 'then the one that was being kept is done';
is scalar(grep { -e file($_) } @name), 1, 'and kept, and no other: they have waited for too long';
close $_ for @socket;
is add($wang, 'late 5')->{status}, 200, 'now it is';

done_testing;
