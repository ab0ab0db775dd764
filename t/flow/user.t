# Workers that are not root's, which those of other suites are: they serve, but
# not where they cannot keep files.

use lib 't/lib';
use Phone::Product;
use Phone::Env qw(slurp temp_dir);

plan(skip_all => 'only root can choose another user') if $> != 0;

my $cannot = qr/\[crit\] .*"phone_blobs" cannot be used/;

sub starts {
    my ($mode, %option) = @_;

    my $parent = temp_dir();
    my $p = Phone::Product->new(stopped => 1, http => "phone_blobs $parent/blobs;", %option);
    my $conf = slurp($p->dir . '/nginx.conf');

    $conf =~ s/^user root;/user www-data;/m or die;
    $p->write('nginx.conf', $conf);
    chmod $mode, $parent;
    $p->start;

    my $log = sub { slurp($p->dir . '/logs/error.log') };
    is $p->post('/login', { phone => '13800000001', password => 'tea' })->{status},
        $option{allow} ? 503 : 401, sprintf 'a folder below one of mode %o', $mode;
    $option{allow} ? ok(wait_for(sub { $log->() =~ $cannot }), 'it is said what they cannot')
                   : unlike($log->(), $cannot, 'and can keep files');
    $p->stop;
}

starts(0711);
starts(0700, allow => $cannot);

done_testing;
