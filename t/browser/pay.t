# Two people and a merchant at once: a bill arrives while the page is open, and is
# paid, rejected, handed on; the wrong PIN, a card that is too low, a lost answer.

use utf8;
use lib 't/lib';
use Phone::Product;
use Phone::Browser;
use Phone::Merchant;

use Time::HiRes ();

my $backend = Phone::Merchant->new;
my $p = Phone::Product->new;
my $shop = $p->shop('tea', notify_url => $backend->url, name => '茶坊 <b>Tea</b>');
my $one = $p->payer('13800000001', 500, 100000);
my $two = $p->payer('13800000002', 100000);

sub bill {
    my ($no, $amount, %more) = @_;
    return $p->bill($shop, out_trade_no => $no, amount => $amount, payer_phone => '13800000001',
                    subject => "order $no", %more)->{json};
}

sub status { $p->query($shop, out_trade_no => $_[0])->{json}{status} }

my $browser = Phone::Browser->new($p);
my $li = $browser->person('li', locale => 'zh-CN');
my $han = $browser->person('han', locale => 'en-US', width => 1280, height => 800);


# arrives, is paid, has a receipt

$li->logs_in('13800000001', locale => 'zh');
$li->sees('还没有账单');
$li->listens;

my $made = Time::HiRes::time;
bill('T1', 1280);
$li->sees('茶坊 <b>Tea</b> 向您收款');
$li->sees('¥12.80');
$li->sees('order T1');
note sprintf 'bill made -> sheet: %.0f ms', $li->run('window.sheetAt') - $made * 1000;

$li->presses('更换');
$li->sees('余额 ¥1,000.00');
ok $p->query($shop, out_trade_no => 'T1')->{json}{status} eq 'PUSHED', 'it was seen, and is not paid';
my ($poor) = grep { $_->{balance} == 500 } @{ $p->get('/pay/cards', cookie => $one->{cookie})->{json}{cards} };
my $tail = substr $poor->{number}, -4;
$li->step('chooses the card with too little on it', run =>
    "[...document.querySelectorAll('dialog .line')].find((line) => line.textContent.includes('$tail')).click()");
$li->presses('支付 ¥12.80');
$li->types('271828');
$li->sees('余额不足');
is status('T1'), 'PUSHED', 'nothing has changed';

$li->presses('更换');
$li->step('chooses the other card', run =>
    "[...document.querySelectorAll('dialog .line')].find((line) => !line.textContent.includes('$tail')).click()");
$li->presses('支付 ¥12.80');
$li->types('111222');
$li->sees('支付密码错误，还可尝试');
is status('T1'), 'PUSHED', 'a wrong PIN pays nothing';
$li->presses($_) for split //, '271828';
$li->sees('支付成功');
is status('T1'), 'PAID', 'it is paid';
ok $backend->wait_for(1), 'the merchant gets the notice';
$li->presses('查看凭证');
$li->is_at('/app/bills/');
$li->sees('已支付');
$li->sees('T1');
unlike $li->call('run', 'document.body.innerHTML'), qr/271828|111222/, 'no PIN is left in the page';
unlike $li->call('run', 'JSON.stringify([{ ...sessionStorage }, { ...localStorage }])'), qr/271828|111222|tea-and/,
    'nor in its storage';


# the digits of ISO 4217, which are not those of the browser

bill('H1', 1280, currency => 'HUF');
$li->sees('HUF 12.80');
is $p->signed($shop, '/pay/close', out_trade_no => 'H1')->{status}, 200, 'it is closed';
$li->presses('完成');

my ($core) = Phone::Env::slurp('lua-free-handlers/lib/money.c') =~ /phone_currencies\[.*?\{(.*?)\};/s;
my ($page) = Phone::Env::slurp('conf/html/lib/format.js') =~ /const DIGITS = \{(.*?)\};/s;
my %digits = map { my ($n, $codes) = @$_; map { $_ => $n } split ' ', $codes }
    map { [ /(\d): '([^']*)'/ ] } $page =~ /\d: '[^']*'/g;
is_deeply \%digits, { map { $_->[1] == 2 ? () : @$_ } map { [ /"(...)", (\d)/ ] } $core =~ /"...", \d/g },
    'the pages and the core have the same';


# rejected, with a reason that the merchant sees

bill('T2', 300);
$li->sees('order T2');
$li->presses('拒绝');
$li->fills('原因（可不填，商家会看到）', '没有订购');
$li->presses('拒绝支付 ¥3.00');
$li->sees('已拒绝');
$li->presses('完成');
is $p->query($shop, out_trade_no => 'T2')->{json}{reason}, '没有订购', 'the merchant sees the reason';


# handed on, declined; handed on, taken back; handed on, accepted, paid

$han->logs_in('13800000002');
$han->listens;
bill('T3', 4500);
$li->sees('order T3');
$li->presses('请人代付');
$li->fills('对方手机号', 'not a number');
$li->presses('转交 ¥45.00');
$li->step('sees the error at the field', finds => 'dialog input[aria-invalid=true]');
$li->fills('对方手机号', '13800000002');
$li->presses('转交 ¥45.00');
$li->sees('已转交');
$li->presses('完成');

$han->sees('+86 138 0000 0001 asks you to pay this');
$han->presses('Decline');
$han->sees('Declined');
$han->presses('Done');
$li->step('sees it come back', finds => '.bill-line.due');
$li->presses('账单');
$li->step('opens it', run => "document.querySelector('.bill-line.due').click()");
$li->sees('谢绝代付');

bill('T4', 4600, payer_phone => '13800000002');
$han->sees('order T4');
$han->presses('Hand on');
$han->fills('Their phone number', '13800000001');
$han->presses('Hand on ¥46.00');
$han->sees('Handed on');
$han->presses('Show the bill');
$li->sees('+86 138 0000 0002 请您代付');
$han->presses('Take it back');
$han->presses('Take it back');
$han->sees('Pay ¥46.00');
$li->sees('转交人已撤回');
$li->presses('完成');

bill('T5', 4700, payer_phone => '13800000002');
$han->sees('order T5');
$han->presses('Hand on');
$han->fills('Their phone number', '13800000001');
$han->presses('Hand on ¥47.00');
$li->sees('order T5');
$li->presses('付款后告诉商家是我付的');
$li->presses('接受代付');
$li->presses('支付 ¥47.00');
$li->types('271828');
$li->sees('支付成功');
is status('T5'), 'PAID', 'paid by the other one';
$li->presses('完成');
$han->presses('Done');


# the merchant closes a bill while its sheet is open

bill('T6', 100);
$li->sees('order T6');
$p->signed($shop, '/pay/close', out_trade_no => 'T6');
$li->sees('商家已关闭账单');
$li->presses('完成');


# the answer of a payment is lost, twice: one payment, and the truth

$li->lose('/pay/bills/', 2);
bill('T7', 700);
$li->sees('order T7');
$li->presses('支付 ¥7.00');
$li->types('271828');
$li->sees('支付成功');
is status('T7'), 'PAID', 'paid';
my ($card) = grep { $_->{balance} != 500 } @{ $p->get('/pay/cards', cookie => $one->{cookie})->{json}{cards} };
is $card->{balance}, 100000 - 1280 - 4700 - 700, 'once';
$li->presses('完成');


# the store is away in the middle: the same

bill('T9', 900);
$li->sees('order T9');
$li->presses('支付 ¥9.00');
$p->redis->command('CLIENT', 'PAUSE', 4000);
$li->types('271828');
$li->sees('支付成功');
is status('T9'), 'PAID', 'paid, when it is back';
($card) = grep { $_->{balance} != 500 } @{ $p->get('/pay/cards', cookie => $one->{cookie})->{json}{cards} };
is $card->{balance}, 100000 - 1280 - 4700 - 700 - 900, 'once';
$li->presses('完成');


# the answer is lost, and the call that asks again is refused: the bill says what it is

my $lost = bill('T10', 300)->{bill_id};
$li->sees('order T10');
$li->answer("POST /pay/bills/$lost/pay", 429, { code => 'RATE_LIMITED', message => 'x', message_zh => '次数' });
$li->lose("/pay/bills/$lost/pay", 1);
$li->presses('支付 ¥3.00');
$li->types('271828');
$li->sees('支付成功');
is status('T10'), 'PAID', 'it was paid';
$li->presses('完成');


# who is writing is not interrupted

$li->presses('消息');
$li->presses('写消息');
$li->fills('内容', '正在写');
bill('T8', 800);
$li->sees('茶坊 <b>Tea</b> 发来账单，¥8.00');
is $li->value('内容'), '正在写', 'the text is still there';
is $li->count('dialog'), 0, 'and no sheet is in the way';
$li->presses('查看');
$li->sees('order T8');


# the list of what is to be paid, and of nothing else

my $later = bill('T11', 1100)->{bill_id};
$li->opens('/app/bills');
$li->sees('以往账单');
sub rows { $li->run(q{[...document.querySelectorAll('.bill-line')].filter((row) => /T3|T8|T11/.test(row.textContent)).length
    + ' of ' + document.querySelectorAll('.bill-line').length}) }
$li->run(q{document.querySelectorAll('.segments button')[1].click()});
ok wait_for(sub { rows() eq '3 of 3' }), 'the three that are open' or diag rows();
unlike $li->run(q{document.querySelector('.list, main').textContent}), qr/以往账单/, 'no earlier ones';
$li->shot("$ENV{PHONE_SHOTS}/open.png") if $ENV{PHONE_SHOTS};
$p->signed($shop, '/pay/close', bill_id => $later);
$li->opens('/app/cards');
$li->presses('账单');
$li->run(q{document.querySelectorAll('.segments button')[1].click()});
ok wait_for(sub { rows() eq '2 of 2' }), 'two are left';
$li->run(q{document.querySelectorAll('.segments button')[0].click()});
$li->sees('以往账单');

$browser->done;
$p->books_are_right;
done_testing;
