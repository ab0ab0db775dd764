# The commands of docs/operations.md, as they stand there: a backup while people
# pay, its restoration, and another secret.

use lib 't/lib';
use Phone::Product;
use Phone::Env qw(slurp temp_dir top);
use Time::HiRes ();

my $p = Phone::Product->new(http => 'phone_bill_day_payer 1000000;', redis => { appendfsync => 'always',
    args => ['--auto-aof-rewrite-min-size', '64kb'] });
my ($redis, $dir, $backup) = ($p->redis, $p->dir, temp_dir());
my $docs = slurp(top() . '/docs/operations.md');

# The block of commands after a sentence of the page, without indentation.

sub block {
    my ($sentence) = @_;
    $docs =~ /\Q$sentence\E.*?^( *)```\n(.*?)^ *```/ms or die "no block after: $sentence\n";
    my ($indent, $text) = ($1, $2);
    return $text =~ s/^$indent//gmr;
}

# Each line that is for systemd is done here, the others by a shell.

sub run {
    my ($text) = @_;
    my %place = ('/run/ngx_phone/redis.sock' => $redis->socket, '/var/lib/ngx_phone' => $redis->{dir},
        '/backup' => $backup, '/etc/ngx_phone/phone-store' => top() . '/conf/phone-store',
        '/etc/ngx_phone/secrets' => $dir, '/etc/ngx_phone' => $dir, 'redis:www-data' => "$>:" . ($) + 0));
    my $named = join '|', map { quotemeta } sort { length $b <=> length $a } keys %place;
    my ($shell, $failed) = ('', 0);
    my $flush = sub { $failed ||= system('sh', '-ec', $shell) if $shell =~ /\S/; $shell = '' };

    for my $line (split /\n/, $text) {
        if ($line =~ /^systemctl (stop|start) (.*)/) {
            $flush->();
            my $what = $1;
            for my $unit (split ' ', $2) { ($unit eq 'ngx_phone' ? $p : $redis)->$what }
        } elsif ($line =~ /^nginx -t .* && systemctl reload ngx_phone$/) {
            $flush->();
            $p->reload(wait => 1);
        } else {
            $shell .= $line =~ s/($named)/$place{$1}/gr . "\n";
        }
    }
    $flush->();
    return $failed;
}


my $shop = $p->shop('tea', reply_sign => 0);
my $payer = $p->payer('13800000001', 1000000);
my $serial = 0;

sub bill { my $order = "T$$-" . ++$serial;
           return patient { $p->bill($shop, out_trade_no => $order, amount => 100,
               payer_phone => $payer->{phone}, subject => 'tea') }->{json}{bill_id} }
sub pay { my ($bill) = @_;
    return patient { $p->pay($payer, $bill, $payer->{cards}[0]) }->{status} }
sub balance { $redis->hash($redis->keys("phone:*:card:$payer->{cards}[0]"))->{balance} }

pay(bill()) for 1 .. 20;


# While people pay, and Redis would like to rewrite its files all the time

my $end = Time::HiRes::time() + 3;
my $crowd = fork;
if (!$crowd) { srand; while (Time::HiRes::time() < $end) { pay(bill()) } POSIX::_exit(0) }
Time::HiRes::sleep(1);
is run(block('replaces files.')), 0, 'the commands of a backup';
waitpid $crowd, 0;
is $redis->command('CONFIG', 'GET', 'auto-aof-rewrite-percentage')->[1], 100, 'rewrites are on again';

my $last = bill();
is pay($last), 200, 'a payment after it';
my $after = balance();


# Restored: what came after the backup is lost, and that is told

is run(block('owned by the user of Redis:')), 0, 'the commands of a restoration';
is patient { $p->get('/me', cookie => $payer->{cookie}) }->{status}, 200, 'it works';
cmp_ok balance(), '>', $after, 'the last payments are gone';
is patient { $p->get("/pay/bills/$last", cookie => $payer->{cookie}) }->{status}, 404, 'and their bills';
ok wait_for(sub { ($p->get('/status')->{json}{store_epoch} || 0) >= 1 }, 10), 'the epoch says so';
$p->books_are_right;
is pay(bill()), 200, 'and it goes on';


# Another secret: sessions go on, and cards can be read

my $before = slurp("$dir/secret");
is run(block('For example, to rotate `secret`')), 0, 'the commands of another secret';
isnt slurp("$dir/secret"), $before, 'there is another one';
is((stat "$dir/secret")[2] & 0777, 0600, 'for its owner alone');
like slurp("$dir/phone.conf"), qr{^phone_secret_file_before \Q$dir\E/secret\.before;$}m, 'the old one is named';
is patient { $p->get('/me', cookie => $payer->{cookie}) }->{status}, 200, 'an old session';
is pay(bill()), 200, 'pays';
my $fresh = $p->login({ %$payer });
is $fresh->{status}, 200, 'a new one';

$p->books_are_right;
done_testing;
