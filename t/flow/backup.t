# The commands of docs/operations.md, as they stand there: a backup while people
# pay, its restoration, and another secret; all of it without and with a
# password of Redis.  Without the password each block stops at once.

use lib 't/lib';
use Phone::Product;
use Phone::Env qw(slurp temp_dir top);
use POSIX ();
use Time::HiRes ();

my $docs = slurp(top() . '/docs/operations.md');
my ($p, $redis, $dir, $backup, $shop, $payer, $serial);

# The block of commands after a sentence of the page, without indentation.

sub block {
    my ($sentence) = @_;
    $docs =~ /\Q$sentence\E.*?^( *)```\n(.*?)^ *```/ms or die "no block after: $sentence\n";
    my ($indent, $text) = ($1, $2);
    return $text =~ s/^$indent//gmr;
}

# A shell runs it as somebody pastes it, with paths of this test; what it asks
# of systemctl is done here.  Returns the status of the last command.

sub run {
    my ($text) = @_;
    my %place = ('/run/ngx_phone/redis.sock' => $redis->socket, '/var/lib/ngx_phone' => $redis->{dir},
        '/backup' => $backup, '/etc/ngx_phone/phone-store' => top() . '/conf/phone-store',
        '/etc/ngx_phone/secrets' => $dir, '/etc/ngx_phone' => $dir, 'redis:www-data' => "$>:" . ($) + 0));
    my $named = join '|', map { quotemeta } sort { length $b <=> length $a } keys %place;
    my $bin = temp_dir();

    POSIX::mkfifo("$bin/$_", 0600) or die "$bin/$_: $!\n" for qw(asked done);
    open my $asked, '+<', "$bin/asked" or die "$bin/asked: $!\n";
    open my $done, '+<', "$bin/done" or die "$bin/done: $!\n";
    tool("$bin/systemctl", "echo \"\$*\" > $bin/asked; read done < $bin/done");
    tool("$bin/nginx", ':');

    my $pid = fork;
    if (!$pid) {
        $ENV{PATH} = "$bin:$ENV{PATH}";
        exec 'sh', '-c', $text =~ s/($named)/$place{$1}/gr or POSIX::_exit(127);
    }

    until (waitpid($pid, POSIX::WNOHANG())) {
        my $ready = '';
        vec($ready, fileno $asked, 1) = 1;
        next unless select $ready, undef, undef, 0.05;
        my ($what, $unit) = split ' ', readline $asked;
        my $thing = $unit eq 'ngx_phone' ? $p : $redis;
        $what eq 'reload' ? $p->reload(wait => 1) : $thing->$what;
        syswrite $done, "done\n";
    }
    return $? >> 8;
}

sub tool {
    my ($path, $commands) = @_;
    open my $file, '>', $path or die "$path: $!\n";
    print $file "#!/bin/sh\n$commands\n";
    close $file;
    chmod 0755, $path;
}

sub bill { my $order = "T$$-" . ++$serial;
           return patient { $p->bill($shop, out_trade_no => $order, amount => 100,
               payer_phone => $payer->{phone}, subject => 'tea') }->{json}{bill_id} }
sub pay { my ($bill) = @_;
    return patient { $p->pay($payer, $bill, $payer->{cards}[0]) }->{status} }
sub balance { $redis->hash($redis->keys("phone:*:card:$payer->{cards}[0]"))->{balance} }

sub percentage { $redis->command('CONFIG', 'GET', 'auto-aof-rewrite-percentage')->[1] }
sub epoch { $redis->hash('phone:store')->{epoch} }


sub story {
    my ($password) = @_;
    my $with = $password ? 'with a password' : 'without a password';

    $p = Phone::Product->new(stopped => 1, http => 'phone_bill_day_payer 1000000;', redis => { appendfsync => 'always',
        password => $password, args => ['--auto-aof-rewrite-min-size', '64kb'] });
    ($redis, $dir, $backup) = ($p->redis, $p->dir, temp_dir());
    local %ENV = (%ENV, $password ? (REDISCLI_AUTH => $password) : ());

    if ($password) {
        $p->write('redis.password', "$password\n", 0600);
        $p->configure(store => 'unix:' . $redis->socket . " password_file=$dir/redis.password");
    }

    $p->start;
    $shop = $p->shop('tea', reply_sign => 0);
    $payer = $p->payer('13800000001', 1000000);
    pay(bill()) for 1 .. 20;


    # While people pay, and Redis would like to rewrite its files all the time

    my $end = Time::HiRes::time() + 3;
    my $crowd = fork;
    if (!$crowd) { srand; while (Time::HiRes::time() < $end) { pay(bill()) } POSIX::_exit(0) }
    Time::HiRes::sleep(1);
    is run(block('also if the copy fails')), 0, "$with: the commands of a backup";
    waitpid $crowd, 0;
    is percentage(), 100, 'rewrites are on again';
    ok -s "$backup/ngx_phone.tar", 'there is a backup';
    is run('tar() { command tar "$@"; return 1; }' . "\n" . block('also if the copy fails')), 0,
        'Redis writes while it is copied, and tar exits with 1';


    # A copy that fails: the previous backup stays, rewrites are on again

    chmod 0500, $backup;
    my $made = (stat "$backup/ngx_phone.tar")[9];
    isnt run(block('also if the copy fails') =~ s{tar -C}{sh -c 'exit 2'}r), 0, 'a copy that fails is told';
    is percentage(), 100, 'rewrites are on again all the same';
    is((stat "$backup/ngx_phone.tar")[9], $made, 'the previous backup is still there');
    chmod 0700, $backup;

    my $last = bill();
    is pay($last), 200, 'a payment after it';
    my $after = balance();


    # Without the password nothing is done by halves

    if ($password) {
        local $ENV{REDISCLI_AUTH} = 'another';
        my $epoch = epoch();

        rename "$backup/ngx_phone.tar", "$backup/kept.tar";
        isnt run(block('also if the copy fails')), 0, 'another password: no backup';
        ok !-e "$backup/ngx_phone.tar", 'nor a file that looks like one';
        is percentage(), 100, 'rewrites are on';
        rename "$backup/kept.tar", "$backup/ngx_phone.tar";

        $p->stop;
        isnt run(block('To restore:')), 0, 'another password: the restoration fails';
        is epoch(), 1, 'and has not raised the epoch';
        is $epoch, 1, 'as before';
        Time::HiRes::sleep(1);
        delete local $ENV{REDISCLI_AUTH};
        isnt run(block('To restore:')), 0, 'no password: it fails';
        $p->start;
        Time::HiRes::sleep(1);
    }


    # Restored: what came after the backup is lost, and that is told

    $p->stop;
    is run(block('To restore:')), 0, "$with: the commands of a restoration";
    $p->start;
    is patient { $p->get('/me', cookie => $payer->{cookie}) }->{status}, 200, 'it works';
    cmp_ok balance(), '>', $after, 'the last payments are gone';
    is patient { $p->get("/pay/bills/$last", cookie => $payer->{cookie}) }->{status}, 404, 'and their bills';
    is epoch(), 2, 'the epoch is raised';
    ok wait_for(sub { ($p->get('/status')->{json}{store_epoch} || 0) >= 2 }), 'and told';
    $p->books_are_right;
    is pay(bill()), 200, 'and it goes on';
    $p->stop if !$password;
}

story(undef);
story('password');


# Another secret: sessions go on, and cards can be read

my $before = slurp("$dir/secret");
is run(block('With one host (`umask`')), 0, 'the commands of another secret';
isnt slurp("$dir/secret"), $before, 'there is another one';
is((stat "$dir/secret")[2] & 0777, 0600, 'for its owner alone');
like slurp("$dir/phone.conf"), qr{^phone_secret_file_before \Q$dir\E/secret\.before;$}m, 'the old one is named';
is patient { $p->get('/me', cookie => $payer->{cookie}) }->{status}, 200, 'an old session';
is pay(bill()), 200, 'pays';
is patient { $p->login({ %$payer }) }->{status}, 200, 'a new one';

$p->books_are_right;
done_testing;
