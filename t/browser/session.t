# Log in by password and by code, choose the first password; a session that ends in the
# middle of a form; a server that is away; typed text is never lost, secrets are not kept.

use utf8;
use lib 't/lib';
use Phone::Product;
use Phone::Browser;

# a location of the site that wants the session, whatever serves it

my $p = Phone::Product->new(stopped => 1);
$p->write('gateway.token', "gateway-token-for-tests\n", 0600);
$p->configure(location => <<'END', http => 'phone_gateway_token_file ' . $p->dir . '/gateway.token;');
location /members/ { phone_auth on; error_page 401 /app/index.html; root html; types { text/html html; } }
location /sms/ { access_log off; phone_sms; }
END
$p->start;
mkdir $p->dir . $_ for qw(/html /html/members);
$p->write('html/members/today.html', "<!doctype html><title>x</title><p>news of the members\n");
my $shop = $p->shop('tea');
my $payer = $p->payer('13800000001', 10000);
my $other = $p->payer('13800000002', 10000);
$p->login($other);

my $browser = Phone::Browser->new($p);
my $li = $browser->person('li');


# a wrong password; the right one

$li->opens('/');
$li->is_at('/app/login');
$li->presses('Log in');
$li->sees('Fill in “Phone number”.');
$li->fills('Phone number', '13800000001');
$li->fills('Password', 'wrong-words');
$li->presses('Log in');
$li->sees('do not match');
$li->sees('Copy the request id');
unlike $li->run('JSON.stringify([{ ...sessionStorage }, { ...localStorage }])'), qr/wrong-words/,
    'what is secret is not kept, while it is typed';
$li->fills('Password', Phone::Product::PASSWORD);
$li->presses('Log in');
$li->is_at('/app/bills');


# the session ends in the middle of a form

$li->presses('Messages');
$li->presses('Write a message');
$li->fills('To', '13800000002');
$li->fills('Message', 'half a sentence');
$li->listens;
$p->delete('/sessions/others', cookie => $payer->{cookie});
$li->is_at('/app/login');
$li->sees('Your session has ended.');
$li->fills('Phone number', '13800000001');
$li->fills('Password', Phone::Product::PASSWORD);
$li->presses('Log in');
$li->is_at('/app/mail/new');
is $li->value('Message'), 'half a sentence', 'what was typed is there again';
is $li->value('To'), '13800000002', 'in both fields';

# the same without the live event, which is what a slow network is like: the call finds out

$li->listens;
$li->run('new Promise((done) => { setTimeout(done, 1000); })');     # lists that are loaded once more
$li->cookies;
$li->presses('Send');
$li->is_at('/app/login');
$li->fills('Phone number', '13800000001');
$li->fills('Password', Phone::Product::PASSWORD);
$li->presses('Log in');
$li->is_at('/app/mail/new');
is $li->value('Message'), 'half a sentence', 'and again';
$li->reloads;
$li->sees('Write a message');
is $li->value('Message'), 'half a sentence', 'after a reload as well';

# another person at the same browser does not see it

$li->presses('Me');
$li->presses('Log out');
$li->is_at('/app/login');
$li->fills('Phone number', '13800000002');
$li->fills('Password', Phone::Product::PASSWORD);
$li->presses('Log in');
$li->is_at('/app/bills');
$li->presses('Messages');
$li->presses('Write a message');
is $li->value('Message'), '', 'a draft belongs to its writer';
unlike $li->run('JSON.stringify({ ...sessionStorage })'), qr/half a sentence/, 'and is gone after the log-out';
unlike $li->run('JSON.stringify([{ ...sessionStorage }, { ...localStorage }])'), qr/tea-and|wrong-words/,
    'passwords are kept nowhere';


# another tab of the same browser: who logs in there is who acts here

$li->opens('/app/me');
$li->sees('Payer 13800000002');
my $second = $browser->person('second', at => 'li');
$second->logs_in('13800000001', at => '/app/login');
$li->sees('Payer 13800000001');
$second->presses('Me');
$second->presses('Log out');
$li->is_at('/app/login');
unlike $li->run('location.search'), qr/ended/, 'nobody says that the session has ended';
$li->logs_in('13800000002');
$second->is_at('/app/bills');

# the session ends in all tabs: each goes on where it was, when one has logged in again

my $log_in = sub {
    my ($person) = @_;
    $person->fills('Phone number', '13800000002');
    $person->fills('Password', Phone::Product::PASSWORD);
    $person->presses('Log in');
};
$second->opens('/app/mail/new');
$second->fills('Message', 'half a message');
$li->opens('/app/me/blocked');
$li->fills('Number to block', '1390');
$_->listens for $li, $second;
$p->delete('/sessions/others', cookie => $other->{cookie});
$_->is_at('/app/login') for $li, $second;
$second->sees('Your session has ended.');
$log_in->($li);
$li->is_at('/app/me/blocked');
$second->is_at('/app/mail/new');
is $second->value('Message'), 'half a message', 'the other tab as well, with what was typed';

# logged out here, nothing stays there

$li->opens('/app/me');
$li->presses('Log out');
$_->is_at('/app/login') for $li, $second;
unlike $second->run('location.search'), qr/ended/, 'the other tab does not say that the session has ended';
unlike $_->run('JSON.stringify([{ ...sessionStorage }, { ...localStorage }])'), qr/half a message|1390|phone\.back|38000/,
    'nothing is kept' for $li, $second;

# nor if the server was the first to tell the other tab

$log_in->($li);
$second->is_at('/app/bills');
$second->opens('/app/mail/new');
$second->fills('Message', 'half a message');
$second->run("document.dispatchEvent(new CustomEvent('phone:logout', { detail: 'ended' })), true");
$second->sees('Your session has ended.');
$second->run(q{dispatchEvent(new StorageEvent('storage',
    { key: 'phone.leaving', newValue: JSON.stringify('+8613800000002') }))});
$second->loses('Your session has ended.');
unlike $second->run('JSON.stringify([{ ...sessionStorage }, { ...localStorage }])'), qr/half a message|phone\.back|38000/,
    'nothing is kept';
$li->is_at('/app/login');

# nor if the session had ended before one logs out

$log_in->($li);
$second->is_at('/app/bills');
$li->opens('/app/mail/new');
$li->fills('Message', 'half a message');
$li->opens('/app/me');
$li->sees('Payer 13800000002');
$li->listens;
$li->run('new Promise((done) => { setTimeout(done, 1000); })');
$li->cookies;
$li->presses('Log out');
$li->is_at('/app/login');
unlike $li->run('location.search'), qr/ended/, 'the session has ended as asked for';
unlike $li->run('JSON.stringify([{ ...sessionStorage }, { ...localStorage }])'), qr/half a message|phone\.back/,
    'nothing is kept';
$log_in->($li);
$li->is_at('/app/bills');


# a code for a text of the number, typed where the password is

my $texting = $browser->person('texting');
$p->get('/sms/in?token=gateway-token-for-tests&from=13800000001&text=LOGIN&id=1');
$texting->logs_in('13800000001', at => '/app/login', password => $p->code('+8613800000001'));


# a code by SMS; a number without an account chooses a password first

my $new = $browser->person('new', locale => 'zh-CN');
$new->opens('/app/mail');
$new->presses('用短信验证码登录');
$new->fills('手机号', '13900000009');
$new->presses('获取短信验证码');
$new->sees('您很快会收到验证码');
$new->reloads;
$new->sees('您很快会收到验证码');
$new->presses('English');
$new->sees('a code is on its way');
$new->presses('Another number, or a new code');
is $new->value('Phone number'), '13900000009', 'the number is still there';
$new->presses('中文');
is $new->value('手机号'), '13900000009', 'in the other language too';
$new->presses('获取短信验证码');
$new->sees('您很快会收到验证码');
$new->fills('验证码或临时密码', $p->code('+8613900000009'));
$new->presses('登录');
$new->is_at('/app/me/password');
$new->sees('请先设置自己的密码');
$new->fills('新密码', '123');
$new->presses('保存密码');
$new->finds('[name=password][aria-invalid=true]');
$new->opens('/app/bills');
$new->is_at('/app/me/password');
$new->run('sessionStorage.clear()');
$new->opens('/app/bills');
$new->is_at('/app/me/password');
$new->sees('请先设置自己的密码');
$new->fills('新密码', 'a-quiet-valley');
$new->presses('保存密码');
$new->is_at('/app/bills');

# and a PIN: the two must be the same, the weak one is refused

$new->presses('我');
$new->presses('支付密码');
$new->sees('新的支付密码');
$new->types('111111');
$new->sees('再次输入新的支付密码');
$new->types('111111');
$new->sees('新的支付密码');
$new->finds('.problem-text:not(:empty)');
$new->types('271828');
$new->sees('再次输入新的支付密码');
$new->types('271829');
$new->sees('两次输入不一致');
$new->types('271828');
$new->sees('再次输入新的支付密码');
$new->types('271828');
$new->sees('支付密码已保存');


# a bill that came before there was a PIN leads to the PIN, and from there back

$p->operator('bank-cards', phone => '13900000010', card_no => $p->card_no, balance => 500);
my $late = $browser->person('late');
$late->opens('/app/login');
$late->presses('Log in with a code by SMS');
$late->fills('Phone number', '13900000010');
$late->presses('Send me a code');
$late->sees('a code is on its way');
$late->fills('Code or temporary password', $p->code('+8613900000010'));
$late->presses('Log in');
$late->fills('New password', 'a-quiet-valley');
$late->presses('Save the password');
$late->finds('.empty');
$late->listens;
$p->bill($shop, out_trade_no => 'early', amount => 100, payer_phone => '13900000010', subject => 'cake');
$late->sees('Shop tea asks you to pay');
$late->presses('Pay ¥1.00');
$late->is_at('/app/me/pin');
for (1, 2) {
    $late->sees($_ == 1 ? 'Choose a PIN' : 'The new PIN once more');
    $late->types('271828');
}
$late->is_at('/app/bills/');
$late->presses('Pay ¥1.00');
$late->presses('Pay ¥1.00');
$late->types('271828');
$late->sees('Show the receipt');


# who has come in with a temporary password can go again; a card needs a PIN, and who is led
# to it and turns away is not led back later; a forgotten PIN needs a login by code first

my $gone = $browser->person('gone');
my $codes = 0;
my $by_code = sub {
    $gone->fills('Phone number', '13900000011') if !$gone->value('Phone number');
    $gone->presses('Send me a code');
    $gone->sees('a code is on its way');
    $gone->fills('Code or temporary password', $p->code('+8613900000011', ++$codes));
    $gone->presses('Log in');
};
$gone->opens('/app/login');
$gone->presses('Log in with a code by SMS');
$by_code->();
$gone->sees('Choose your own first.');
$gone->presses('Log out');
$gone->is_at('/app/login');
$by_code->();
$gone->is_at('/app/bills');
$gone->opens('/app/me/password');
$gone->fills('New password', 'a-quiet-valley');
$gone->presses('Save the password');
$gone->sees('Password saved.');
$gone->opens('/app/cards/new');
$gone->sees('you have none yet');
is $gone->count('[name=card_no]'), 0, 'no card number is asked for in vain';
$gone->presses('Choose a PIN');
$gone->is_at('/app/me/pin');
$gone->sees('Six digits, no runs');
$gone->presses('Cards');
$gone->presses('Me');
$gone->presses('PIN');
for (1, 2) {
    $gone->sees($_ == 1 ? 'Six digits, no runs' : 'The new PIN once more');
    $gone->types('271828');
}
$gone->sees('The PIN is saved');
is $gone->run('location.pathname'), '/app/me', 'nor led back from there';
$gone->presses('Cards');
$gone->presses('Add a card');
$gone->focuses('Card number');
$gone->alter('GET /sessions', '"how":"code"', '"how":"password"');
$gone->opens('/app/me/pin/forgotten');
$gone->presses('Log out and log in with a code');
$gone->is_at('/app/login');
$by_code->();
$gone->is_at('/app/me/pin/forgotten');
$gone->presses('Choose a new PIN');
$gone->types('314159');
$gone->sees('The new PIN once more');
$gone->types('314158');
$gone->sees('The two were not the same.');
for (1, 2) {
    $gone->sees($_ == 1 ? 'Six digits, no runs' : 'The new PIN once more');
    $gone->types('314159');
}
$gone->fills('Password', 'a-quiet-valley');
$gone->presses('Reset the PIN');
$gone->sees('Your password is too new.');


# cards: bound with the bank's proof and the PIN, made the default, removed

my $number = $p->card_no;
my $proof = '141421';
$p->operator('bank-cards', phone => '13900000009', card_no => $number, balance => 500, bank => '招商银行',
             proof => $proof);
$new->presses('卡');
$new->sees('还没有银行卡');
$new->presses('添加银行卡');
$new->fills('银行卡号', $number);
$new->fills('银行验证码', '000000');
$new->presses('下一步');
$new->types('271828');
$new->sees('您名下没有');
$new->fills('银行卡号', $number);
$new->fills('银行验证码', $proof);
$new->presses('下一步');
$new->types('271820');
$new->sees('支付密码错误');
$new->types('271828');
$new->sees('招商银行');
$new->presses('设为默认');
$new->sees('默认');
$new->presses('移除');
$new->sees('移除这张银行卡');
$new->types('271828');
$new->sees('还没有银行卡');


# a page of the site beside the app: the login, then that page

my $guest = $browser->person('guest');
$guest->opens('/members/today.html');
$guest->fills('Phone number', '13800000001');
$guest->fills('Password', Phone::Product::PASSWORD);
$guest->presses('Log in');
$guest->sees('news of the members');
$guest->is_at('/members/today.html');


# devices: another one is ended from here

my $desk = $browser->person('desk', width => 1280, height => 800);
$desk->logs_in('13800000002');
$desk->sees('No bills yet');
$desk->listens;
$li->presses('Me');
$li->presses('Devices');
$li->sees('This device');
$li->presses('End all others');
$li->sees('have to log in again');
$li->presses('End all others');
$desk->is_at('/app/login');


# the server is away for a while: it is said, and the page goes on by itself

$li->presses('Bills');
$li->sees('No bills yet');
$p->stop;
$li->step('asks for something', run => "document.querySelector('a[href=\"/app/cards\"]').click()");
$li->sees('The server does not answer. Trying again.');
$li->sees('Check your connection and try again.');
$p->start;
$li->sees('Balance ¥100.00');
$li->loses('The server does not answer.');

# and live again

$li->listens;
my $bill = $p->bill($shop, out_trade_no => 1, amount => 100, payer_phone => '13800000002', subject => 'cake');
is $bill->{status}, 200, 'a bill is made';
$li->sees('Shop tea asks you to pay');

$browser->done;
done_testing;
