# "make run" opens with a page: one click logs in, the shop makes a bill, the texts are
# there.  Without the demo there is no such page.

use utf8;
use lib 't/lib';
use Phone::Product;
use Phone::Browser;
use Phone::Env qw(free_port nginx slurp spawn stop_process temp_dir wait_for);

my $top = temp_dir();
my $port = free_port();

local %ENV = (%ENV, PORT => $port, OPERATOR_PORT => free_port(), RUN_DIR => "$top/run", WORKERS => 1,
              NGINX_BINARY => nginx());

sub run {
    my ($demo) = @_;
    local $ENV{DEMO} = $demo;
    unlink "$top/out";
    my $pid = spawn(['sh', '-c', "exec conf/run > $top/out 2>&1"]);
    ok wait_for(sub { -s "$top/out" && slurp("$top/out") =~ /^ready /m }, 120), "it runs, DEMO=$demo"
        or diag slurp("$top/out");
    return $pid;
}

my $pid = run(1);
my $browser = Phone::Browser->new("http://127.0.0.1:$port");
my $li = $browser->person('li', locale => 'zh-CN', width => 1280, height => 800);

$li->opens('/');
$li->is_at('/demo/');
$li->sees('ngx_phone 演示');
is join("\n", @{ $li->axe }), '', 'accessible';
is join("\n", @{ $li->wide }), '', 'fits';
is join("\n", @{ $li->nameless }), '', 'all of it has a name';
$li->fills('金额（元）', '一');
$li->presses('发出账单');
$li->sees('请填写金额');
$li->presses('English');
$li->sees('Enter an amount such as 12.80.');
$li->presses('中文');
$li->fills('金额（元）', '12.80');
$li->presses('发出账单');
$li->sees('已发出');
$li->presses('English');
$li->sees('is made.');
$li->presses('中文');
$li->sees('向您发来账单，金额 12.80');
$li->presses('李雷 Li Lei');
$li->step('is logged in', run => 'new Promise((done) => { const go = () => fetch("/me")'
    . '.then((reply) => reply.ok ? done(true) : setTimeout(go, 50)); go(); })');
$li->opens('/app/bills');
$li->sees('¥12.80');
$li->opens('/demo/');
$li->presses('English');
$li->sees('Log in with one click');
$li->presses('Open the shop’s console');
$li->is_at('/console/merchant/bills');
$li->sees('Find a bill');
$li->presses('Takings');
$li->sees('Not paid out yet');

$browser->done;
stop_process($pid);

$pid = run(0);
sub status { `curl -s -o /dev/null -w '%{http_code} %{redirect_url}' http://127.0.0.1:$port$_[0]` }
is status('/'), "302 http://127.0.0.1:$port/app/bills", 'without the demo it opens with the app';
like status($_), qr/^404/, "$_ is not there" for qw(/demo/ /demo/index.html /demo/demo.js /demo/people.json
                                                    /demo/sms.log /demo/shop.key /demo/notice);
stop_process($pid);
unlike slurp("$top/run/error.log"), qr/\[(?:alert|crit|emerg)\]/, 'without alarm';

Test::More::done_testing();
