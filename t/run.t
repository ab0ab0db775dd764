# "make run": it prints where it serves, keeps its files in RUN_DIR, uses the
# nginx that NGINX_BINARY names, and leaves nothing running.

use lib 't/lib';
use Phone::Product;
use Phone::Env qw(build free_port is_running nginx slurp spawn spew stop_process temp_dir top wait_for);

my $top = temp_dir();
my ($dir, $port) = ("$top/run", free_port());

# nginx, and a note that it was this one
spew("$top/nginx", "#!/bin/sh\n: > $top/used\nexec " . nginx() . ' "$@"' . "\n");
chmod 0755, "$top/nginx";

# what nginx itself takes for inherited sockets is none of ours
local %ENV = (%ENV, PORT => $port, RUN_DIR => $dir, DEMO => 0, WORKERS => 1,
              NGINX => '/nowhere/nginx', NGINX_BINARY => "$top/nginx");
$ENV{PHONE_MODULE} = 'none' if build() eq 'asan';

my $pid = spawn(['sh', '-c', "exec conf/run > $top/out 2>&1"]);

ok wait_for(sub { -s "$top/out" && slurp("$top/out") =~ /^ready /m }), 'ready'
    or diag slurp("$top/out");
like slurp("$top/out"), qr{^operator http://127\.0\.0\.1:\d+/$}m, 'where the operator is';
like slurp("$top/out"), qr{^ready http://127\.0\.0\.1:$port/$}m, 'and where';
my ($operator) = slurp("$top/out") =~ /^operator (\S+)/m;
like `curl -s ${operator}console/operator`, qr{/console/operator/operator\.js}, 'with the console';
unlike `curl -s http://127.0.0.1:$port/console/operator`, qr/operator\.js/, 'only there';
ok -e "$top/used", 'it is the nginx of NGINX_BINARY';
ok -s "$dir/$_", $_ for qw(operator.token nginx.pid);
ok -e "$dir/error.log", 'error.log';
ok -S "$dir/redis.sock", 'redis.sock';

my $nginx = slurp("$dir/nginx.pid");
chomp $nginx;
stop_process($pid);
ok wait_for(sub { !is_running($nginx) }), 'stopped: nginx is gone';
ok wait_for(sub { !-e "$dir/redis.sock" }), 'and Redis';
unlike slurp("$dir/error.log"), qr/\[(?:alert|crit|emerg)\]/, 'without alarm';


# The same folder again, with the demo: the lines that it prints, as they stand, make a bill, pay it, and
# the shop gets its notice.

$ENV{DEMO} = 1;
$ENV{PORT} = free_port();
$ENV{TOYS} = 1 if build() ne 'asan';
$pid = spawn(['sh', '-c', "exec conf/run > $top/demo 2>&1"]);
ok wait_for(sub { -s "$top/demo" && slurp("$top/demo") =~ /^Ctrl-C/m }), 'the demo is ready'
    or diag slurp("$top/demo");

my ($story) = slurp("$top/demo") =~ /^(  # .*)^Ctrl-C/ms;
$story =~ s/^  curl -N .*\n//m;
spew("$top/story", $story);
my $said = `bash $top/story 2>/dev/null`;
like $said, qr/"out_trade_no":"T1001","status":"CREATED"/, 'a bill is made';
like $said, qr/"out_trade_no":"T1001","status":"PAID".*"card_id"/, 'and paid';
like $said, qr/"ok":true/, 'the books are right';
ok wait_for(sub { slurp("$top/demo") =~ /the shop got a notice: .*status=PAID/ }), 'the notice'
    or diag $said, slurp("$top/demo");
is `curl -s -d text=teapot http://127.0.0.1:$ENV{PORT}/toy/turn` =~ /"turned":"(\w+)"/ && $1,
    'topaet', 'with TOYS=1 toys are there' if $ENV{TOYS};
stop_process($pid);

Test::More::done_testing();
