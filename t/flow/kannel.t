# MAIL-8 with a real Kannel: texts go to its fake short-message centre, reports
# and texts of numbers come back; Kannel down, slow, and restarted.

use utf8;
use lib 't/lib';
use Phone::Product;
use Phone::Kannel;
use Phone::Merchant;
use Phone::Sign;
use Phone::Env qw(slurp spawn stop_process temp_dir);

my $kannel = Phone::Kannel->new;
my $p = Phone::Product->new(stopped => 1, workers => 1);
my $serial = 0;
my $cookie;

$kannel->join($p, http => 'phone_pump interval=200ms; phone_sms_report 1h; phone_notice_schedule 1s 1s 1s;'
    . ' phone_code_sends 1000; phone_code_day 10000; phone_address_tries 10000;'
    . ' phone_fetch_timeout 2s; phone_lease 5s;');
$kannel->start;
$p->start;

sub asked {
    my $phone = sprintf '138%08d', ++$serial;
    my $reply = $p->post('/login/code', { phone => $phone });
    die "no code: $reply->{content}\n" unless $reply->{status} == 202;
    ($cookie) = $reply->{headers}{'set-cookie'} =~ /^([^;]+)/;
    return "+86$phone";
}

sub metric {
    my ($name) = @_;
    my ($value) = $p->get('/metrics')->{content}
        =~ /^phone_\Q$name\E(?:_total)? (\S+)$/m;
    return $value || 0;
}

sub state { my ($key) = @_; return $p->redis->hash($key)->{state} || '' }
sub kept { return scalar grep { state($_) ne 'OVER' } $p->redis->keys('phone:*:sms:*') }
sub to { my ($phone) = @_; return grep { $_->{to} eq $phone } $kannel->texts }


# There and back

my $phone = asked();
ok wait_for(sub { to($phone) && (to($phone))[0]{text} =~ /choose your own/ }, 5),
    'a text arrives at the centre';
my ($text) = to($phone);
like $text->{text}, qr/^【ngx_phone】临时密码 \w{10}，.*Temporary password: \w{10},/,
    'in UCS-2, and whole';
is $text->{parts}, 3, 'in parts';
is $text->{from}, 'ngx_phone', 'from the sender of the gateway';

my ($password) = $text->{text} =~ /password: (\w+)/;
is $p->post('/login', { phone => $phone, password => $password },
            headers => { Cookie => $cookie })->{status}, 200,
    'what it says logs in';

ok wait_for(sub { metric('texts_delivered') == 1 }, 5), 'its report comes back';
is metric('texts_taken'), 1, 'of one text';
ok wait_for(sub { kept() == 0 }, 5), 'and it is forgotten';
is scalar(to($phone)), 1, 'it went out once';
unlike $p->log, qr/\Q$password\E/, 'no log has what it says';


# Texts of numbers

sub stopped { my @keys = $p->redis->keys("phone:*:sms_stop:$phone"); return @keys > 0 }

$kannel->phone($phone, 'STOP');
ok wait_for(sub { stopped() }, 5), 'STOP by SMS';
$kannel->phone($phone, 'START');
ok wait_for(sub { !stopped() }, 5), 'START';
$kannel->phone($phone, '退订');
ok wait_for(sub { stopped() }, 5), 'in Chinese, which is UCS-2';
$kannel->phone($phone, 'what is this?');
$kannel->phone('10690', 'STOP');
$kannel->phone('BANK', 'STOP');
select undef, undef, undef, 1;
is join(' ', map { /:(\+.*)/ } $p->redis->keys('phone:*:sms_stop:*')), $phone,
    'nobody else has stopped anything';
is scalar($kannel->texts), 1, 'and nothing was answered';


# A login code, by text, for a browser without a cookie

sub login { return $p->post('/login', { phone => $_[0], password => $_[1] })->{status} }

my $before_login = to($phone);
$kannel->phone($phone, 'Login');
ok wait_for(sub { to($phone) > $before_login }, 60), 'LOGIN by SMS: a text comes';
my ($login) = (to($phone))[-1]{text} =~ /code: (\w{10}),/;
is login('+8613999999999', $login), 401, 'its code is not for another number';
is login($phone, '000000'), 401, 'a guess';
is login($phone, $login), 200, 'it logs in, without a cookie';
is login($phone, $login), 401, 'once';
unlike $p->log, qr/\b\Q$login\E\b/, 'no log has it';

my $unknown = '+8613799999999';
$kannel->phone($unknown, '登录');
ok wait_for(sub { to($unknown) }, 60), 'who has no account and texts in Chinese';
my ($temporary) = (to($unknown))[-1]{text} =~ /password: (\w{10}),/;
my $reply = $p->post('/login', { phone => $unknown, password => $temporary });
like $reply->{content}, qr/"must_change":true/, 'gets a temporary password';


# A keyword of a merchant

my $backend = Phone::Merchant->new('500', 'ok');
$p->shop('pizzeria', notify_url => $backend->url);
$p->operator('merchants/pizzeria/keywords', keyword => '披萨');

my $went_out = $kannel->texts;
$kannel->phone($phone, '披萨 two&of=them');
ok $backend->wait_for(2), 'a text with it is a notice, sent until it is taken';
my ($told) = map { $_->{form} } ($backend->requests)[-1];
is join(' ', @$told{qw(event merchant_id phone)}), "text pizzeria $phone", 'of the number';
is $told->{text}, '披萨 two＆of=them', 'with what it says';
is $told->{keyword}, '披萨', 'and the keyword';
ok Phone::Sign::check($p->{platform}{public}, %$told), 'signed';
select undef, undef, undef, 1;
is scalar($backend->requests), 2, 'once';
is scalar($kannel->texts), $went_out, 'and nothing was answered';


# The smsbox is down, and comes back

$kannel->stop('smsbox');
my $late = asked();
ok wait_for(sub { $p->log =~ /fetch "sms" failed: refused/ }, 5), 'no smsbox';
is kept(), 1, 'the text is kept';
$kannel->smsbox;
ok wait_for(sub { to($late) }, 15), 'it is sent when it is back';
ok wait_for(sub { kept() == 0 }, 5), 'and reported';
is scalar(to($late)), 1, 'once';


# The centre is down: Kannel queues

$kannel->stop('centre');
ok wait_for(sub { $kannel->status !~ /online/m || $kannel->status =~ /re-connecting|dead/ }, 5),
    'no centre';
my $queued = asked();
ok wait_for(sub { kept() == 1 }, 5), 'the text is kept';
ok wait_for(sub { grep { state($_) =~ /QUEUED|TAKEN/ } $p->redis->keys('phone:*:sms:*') }, 5),
    'the gateway has queued it';


# Kannel is killed with the text in its queue, and started again

kill 'KILL', $kannel->{pid}{smsbox}, $kannel->{pid}{bearerbox};
$kannel->stop;
$kannel->start;
ok wait_for(sub { to($queued) }, 10), 'it survives Kannel';
select undef, undef, undef, 1;
is scalar(to($queued)), 1, 'and comes once';


# Nginx is down when the report comes

$kannel->stop('centre');
my $taken = metric('texts_taken');
my $unheard = asked();
ok wait_for(sub { metric('texts_taken') > $taken }), 'a text waits in Kannel';
my $before = metric('texts_delivered');
$p->stop;
$kannel->centre;
ok wait_for(sub { to($unheard) }, 10), 'it is sent while nginx is down';
$p->start;
ok wait_for(sub { metric('texts_delivered') == 1 }, 15),
    'Kannel tells again what nobody has heard';


# A gateway that does not answer: twice at most, whatever it did

kill 'STOP', $kannel->{pid}{bearerbox};
my $slow = asked();
ok wait_for(sub { $p->log =~ /fetch "sms" failed: timeout/ }, 60), 'a slow Kannel';
my ($doubt) = grep { state($_) eq 'DOUBT' } $p->redis->keys('phone:*:sms:*');
ok $doubt, 'nobody knows whether it has the text';
kill 'CONT', $kannel->{pid}{bearerbox};
ok wait_for(sub { to($slow) }, 10), 'it had';
ok wait_for(sub { state($doubt) eq 'OVER' }, 10), 'the report tells';
select undef, undef, undef, 1;
is scalar(to($slow)), 1, 'so it is not sent again';

# make run SMS=kannel: a text arrives, and nothing is left behind

my $top = temp_dir();
my $run = spawn(['sh', '-c', "SMS=kannel RUN_DIR=$top/run exec conf/run > $top/out 2>&1"]);
ok wait_for(sub { slurp("$top/out") =~ /Ctrl-C stops/ }, 60), 'the demo with Kannel';
my ($url) = slurp("$top/out") =~ /^ready (\S+)$/m;

HTTP::Tiny->new->post_form("${url}login/code", { phone => '13800000001' });
ok wait_for(sub { slurp("$top/run/kannel/centre.log") =~ /Got message/ }, 10),
    'its texts arrive at the centre';

sub left { return grep { (readlink("/proc/$_/cwd") || '') =~ m{^\Q$top\E} } map { m{(\d+)} } glob '/proc/[0-9]*' }
cmp_ok scalar(left()), '>=', 3, 'two boxes and a centre run';
is stop_process($run, 'TERM', 30), 0, 'it ends';
is scalar(left()), 0, 'and leaves no process behind';

$p->{allow} = qr{connect\(\) failed|upstream};
$kannel->stop;

done_testing;
