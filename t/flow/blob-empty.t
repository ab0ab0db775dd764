# A blob without bytes in a page that includes it: nginx must not be given a buffer
# with nothing in it.  One that the disk has cut to nothing is not sent.

use lib 't/lib';
use Phone::Toys;
use Phone::Product;
use Phone::Env qw(temp_dir);
use Digest::SHA ();

my $blobs = temp_dir() . '/blobs';
my $p = Phone::Product->new(stopped => 1, allow => qr/has 0 bytes instead of 1/);
my $port = $p->port('ssi');

my $sha = Digest::SHA::sha256_hex('x');

$p->configure(http => "phone_blobs $blobs;"
    . "server { listen 127.0.0.1:$port; default_type text/html; location /toy/ { phone_toy; }"
    . 'location = /page { ssi on; return 200 '
    . "'a<!--# include virtual=\"/toy/pictures/$sha\" -->b'; } }");
$p->start;

my $li = $p->payer('13800000001', 100);
$p->request('POST', '/toy/pictures', cookie => $li->{cookie}, body => 'x',
    headers => { 'Content-Type' => 'image/png' });

sub page { `curl -s --max-time 10 -H 'Cookie: $li->{cookie}' http://127.0.0.1:$port/page` }

is page(), 'axb', 'a blob in a page';
truncate "$blobs/kept/" . substr($sha, 0, 2) . "/$sha", 0 or die;
like page(), qr/^a\{"code":"INTERNAL".*\}b$/, 'one that was cut to nothing';

my ($key) = $p->redis->keys('phone:{*}:toy_picture:*');
$p->redis->command('HSET', $key, 'size', 0);
is page(), 'ab', 'one that is empty';

done_testing;
