# MAIL-8 through a real Kannel to an SMPP centre that throttles, refuses, hangs
# up and does not deliver.

use lib 't/lib';
use Cpanel::JSON::XS ();
use Phone::Product;
use Phone::Kannel;
use Phone::Env qw(free_port slurp spawn);

chomp(my $modules = `t/tools/smpp`);
plan(skip_all => 'no npm') unless -d $modules;

my $port = free_port();
my $kannel = Phone::Kannel->new(smpp => $port);
my $p = Phone::Product->new(stopped => 1, workers => 1);
my $said = $kannel->dir . '/smpp.log';

sub centre {
    my $pid = spawn(['env', "NODE_PATH=$modules", 'node', 't/tools/smpp-centre.js', $port],
                    out => $said);
    ok wait_for(sub { -e $said && slurp($said) =~ /^\{\}$/m }, 20), 'a centre listens';
    return $pid;
}

centre();
$kannel->join($p, http => 'phone_pump interval=200ms; phone_sms_report 1h;'
    . ' phone_code_sends 1000; phone_code_day 10000; phone_address_tries 10000;');
$kannel->start;
$p->start;
ok wait_for(sub { $kannel->status =~ /centre\[centre\].*online/ }, 20), 'and Kannel is bound';

sub asked {
    my ($number) = @_;
    my $reply = $p->post('/login/code', { phone => $number });
    die "no code: $reply->{content}\n" unless $reply->{status} == 202;
}

sub metric {
    my ($name) = @_;
    my ($value) = $p->get('/metrics')->{content} =~ /^phone_\Q$name\E_total (\S+)$/m;
    return $value || 0;
}

sub got {
    my ($number) = @_;
    return grep { $_->{to} && $_->{to} eq "86$number" }
           map { Cpanel::JSON::XS->new->utf8->decode($_) } grep { /^\{.*\}$/ } split /\n/, slurp($said);
}

sub state {
    return join ' ', sort grep { $_ ne 'OVER' }
           map { $p->redis->hash($_)->{state} || 'NEW' } $p->redis->keys('phone:*:sms:*');
}


asked('13800000001');
ok wait_for(sub { metric('texts_delivered') == 1 }, 10), 'a text is delivered';
my @parts = got('13800000001');
is scalar(@parts), 3, 'in three parts';
is $parts[0]{coding}, 8, 'of UCS-2';
is $parts[0]{ton}, 1, 'to an international number';
is $parts[0]{udh}, 1, 'that belong together';
is $parts[0]{validity}, 1, 'not for ever';
is join('', map { $_->{registered} & 1 } @parts), '100', 'one report is asked for';
like join('', map { $_->{text} } @parts), qr/Temporary password: \w{10}, valid/, 'the text';

asked('13800000002');
ok wait_for(sub { metric('texts_delivered') == 2 }, 20), 'throttled (0x58): it is delivered later';
is metric('texts_taken'), 2, 'by Kannel, without another copy of ours';
cmp_ok scalar(grep { $_->{times} == 1 } got('13800000002')), '==', 1, 'the first try failed';

asked('13800000003');
ok wait_for(sub { metric('texts_failed') == 1 }, 10), 'refused (0x45): it has failed';
is state(), '', 'and is over';
is metric('texts_taken'), 3, 'it is not sent again';

asked('13800000005');
ok wait_for(sub { metric('texts_failed') == 2 }, 10), 'UNDELIV: it has failed';
is metric('texts_taken'), 4, 'nor is this one';

asked('13800000004');
ok wait_for(sub { metric('texts_delivered') == 3 }, 30), 'the line breaks: it is delivered over the next';
is metric('texts_taken'), 5, 'once, as far as we are concerned';
is state(), '', 'all are over';
is metric('texts_given_up'), 0, 'none is given up';
is metric('texts_unknown'), 0, 'none is unknown';

$kannel->stop;

done_testing;
