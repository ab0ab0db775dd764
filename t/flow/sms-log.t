# MAIL-8 without a gateway: texts go to a log, which is reopened like any other
# and whose failure is not taken for a delivery.

use utf8;
use lib 't/lib';
use Phone::Product;
use Phone::Env qw(slurp);

my $http = 'phone_pump interval=200ms; phone_code_sends 100;'
    . ' phone_code_day 1000;';
my $p = Phone::Product->new(http => $http, workers => 1);

sub ask_code {
    my ($phone) = @_;
    is $p->post('/login/code', { phone => $phone })->{status}, 202,
        "$phone asks for a code";
}

sub metric {
    my ($name) = @_;
    my ($value) = $p->get('/metrics')->{content} =~ /^\Q$name\E (\S+)$/m;
    return $value || 0;
}

sub mode { sprintf '%o', (stat $p->dir . '/sms.log')[2] & 0777 }
sub pending { return scalar grep { $p->redis->hash($_)->{text} } $p->redis->keys('phone:*:sms:*') }


ask_code('13800000001');
ok wait_for(sub { $p->sms('+8613800000001') == 1 }), 'its text is in the log';

my ($text) = $p->sms;
like $text->{time}, qr/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/, 'time';
is join(' ', sort keys %$text), 'text time to', 'and nothing but time, to, text';
is slurp($p->dir . '/sms.log') =~ tr/\n//, 1, 'one line';
is mode(), '600', 'that nobody else can read';
ok wait_for(sub { pending() == 0 }), 'the record is gone';
is metric('phone_fetches_total{result="logged"}'), 1, 'counted as logged';
is metric('phone_fetches_total{result="2xx"}') || 0, 0, 'not as sent';


# rotation

rename $p->dir . '/sms.log', $p->dir . '/sms.log.1' or die;
kill 'USR1', $p->{pid};
ok wait_for(sub { -e $p->dir . '/sms.log' }), 'USR1 makes a new file';
ok wait_for(sub { !grep { (readlink || '') =~ /sms\.log\.1$/ } map { glob "/proc/$_/fd/*" } $p->workers }),
    'the worker has it';
ask_code('13800000002');
ok wait_for(sub { $p->sms('+8613800000002') == 1 }), 'to which texts go';
is slurp($p->dir . '/sms.log.1') =~ tr/\n//, 1, 'and no longer to the old one';
is mode(), '600', 'nor can others read the new one';


# a disk that is full

my $fetch = slurp($p->dir . '/fetch.conf');
$p->write('fetch.conf', $fetch =~ s{^phone_fetch_log[^;]*}{phone_fetch_log sms /dev/full}mr);
$p->reload(wait => 1);
ask_code('13800000003');
ok $p->wait_log(qr{\[error\].*the log "/dev/full" of the fetch "sms" could not be written}),
    'the operator is told';
unlike $p->log, qr/could not be written.*\b[0-9]{6}\b(?!#)/, 'without the code';
is pending(), 1, 'the text is not forgotten';
cmp_ok metric('phone_fetches_total{result="log"}'), '>=', 1, 'and counted';

$p->write('fetch.conf', $fetch);
$p->reload(wait => 1);
ok wait_for(sub { $p->sms('+8613800000003') == 1 }), 'sent when there is room';


# none at all

$p->write('fetch.conf', $fetch =~ s{^phone_fetch_log[^;]*;}{}mr);
$p->{allow} = qr{there is no way to send "sms"};
my ($code, $out) = $p->test_config;
isnt $code, 0, 'without a way for texts there is no start';
like $out, qr/\[emerg\] there is no way to send "sms"/, 'and it is said why';

done_testing;
