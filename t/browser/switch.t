# The other language, in the middle of something: what was found, refused, loaded, typed or
# opened in a console is there as well, and nothing is sent twice. A list that is read again
# keeps its rows, the focus and its place.

use utf8;
use lib 't/lib';
use Phone::Product;
use Phone::Browser;
use Phone::Env qw(slurp);
use Phone::Merchant;
use Phone::Sign;

use constant TOKEN => 'operator-token-for-tests';

my $server = Phone::Merchant->new('500');
my $p = Phone::Product->new(stopped => 1);
my ($dir, $port) = ($p->dir, $p->port('operator'));
$p->write('gateway.token', "token-of-the-gateway\n", 0600);
$p->configure(location => 'location /sms/ { access_log off; phone_sms; }', http => <<"END");
    phone_gateway_token_file $dir/gateway.token;
    phone_notice_schedule 1s;
    phone_pump interval=200ms;
    server {
        listen 127.0.0.1:$port;
        include $dir/operator.conf;
        include $dir/status.conf;
        include $dir/console.conf;
    }
END
$p->start;
my $shop = $p->shop('tea', notify_url => $server->url);
my $payer = $p->payer('13800000001', 1000000);
my @bills = map { $p->bill($shop, out_trade_no => "B-$_", amount => 100 * $_, payer_phone => '13800000001',
                           subject => 'cake')->{json}{bill_id} } 1 .. 60;
$p->operator('merchants/tea/keywords', keyword => 'pizza');
$p->get('/sms/in?token=token-of-the-gateway&from=%2B8613800000001&text=pizza+two&id=1');

my $browser = Phone::Browser->new($p);
my $li = $browser->person('li', width => 1280);
$li->opens('/console/merchant');
$li->fills('Merchant id', 'tea');
$li->run(q{document.querySelector('summary').click()});
$li->finds('details[open]');
$li->presses('中文');
$li->sees('使用密钥进入');
is $li->count('details[open]'), 1, 'what was opened is open';
is $li->value('商户编号'), 'tea', 'what was typed is there';
$li->presses('进入');
$li->finds('[aria-invalid=true]');
my $refused = $li->run(q{document.querySelector('.problem-text:not(:empty)').textContent});
$li->presses('English');
$li->finds('[aria-invalid=true]');
isnt $li->run(q{document.querySelector('.problem-text:not(:empty)').textContent}), $refused,
    'what was refused is, in the other language';
$li->focuses('中文', 'the focus stays at the language');
$li->fills('Private key or secret', slurp(Phone::Sign::key('shop')->{private}));
$li->presses('Open');
$li->sees('50 of 50 rows, more to load');


# the list of bills: what changes is drawn, and nothing else

sub calls { return scalar grep { m{^POST \S+\Q$_[0]\E } } @{ $li->sent } }

$li->presses('Show more');
$li->sees('60 of 60 rows');
$li->presses('中文');
$li->sees('60 / 60 行');
$li->presses('English');
$li->sees('60 of 60 rows');

$li->run(q{(() => {
    window.rows = [...document.querySelectorAll('tbody tr')];
    document.querySelector('.pane').scrollTo(0, 400);
    window.rows[20].querySelector('a').focus({ preventScroll: true });
})()});
my $new = $p->bill($shop, out_trade_no => 'NEW', amount => 5, payer_phone => '13800000001', subject => 'x')
    ->{json}{bill_id};
is $p->pay($payer, $bills[50], $payer->{cards}[0])->{status}, 200, 'one is paid meanwhile';
$li->finds(q{tbody tr:first-child bdi:text-is("NEW")});
$li->finds(q{tbody tr:has(bdi:text-is("B-51")) .mark.good});
is $li->run(q{[...document.querySelectorAll('tbody tr')].filter((row) => window.rows.includes(row)).length}), 60,
    'the other rows are those that were there';
is $li->focus, 'B-40', 'the focus is where it was';
is $li->run(q{document.querySelector('.pane').scrollTop > 300}), 1, 'the list stands where it stood';
$li->sees('61 of 61 rows');
$li->fills('Find a bill', 'B-5');
$li->sees('11 of 61 rows');
is $li->run(q{[...document.querySelectorAll('tbody tr')].every((row) => window.rows.includes(row))}), 1,
    'the filter takes rows away, and draws none';

# a row that goes while it has the focus

$li->run(q{(() => {
    const select = document.querySelector('.choose select');
    select.value = 'OPEN';
    select.dispatchEvent(new Event('change'));
})()});
$li->fills('Find a bill', '');
$li->finds(q{tbody tr:first-child bdi:text-is("NEW")});
$li->run(q{document.querySelector('tbody a').focus()});
$p->signed($shop, '/pay/close', bill_id => $new);
$li->finds(q{tbody tr:first-child bdi:text-is("B-60")});
$li->focuses('B-60', 'the next row has the focus');


# what the doctor has found; a call that is refused; a text that a number has sent

$li->presses('Doctor');
$li->fills('The call that was refused', '{"merchant_id":"tea","sign":"x"}');
$li->presses('Examine the call');
$li->sees('DIGEST_MISSING');
$li->sees('There is no digest');
$li->presses('中文');
$li->sees('DIGEST_MISSING');
$li->sees('缺少 digest');
is $li->value('被拒绝的请求'), '{"merchant_id":"tea","sign":"x"}', 'and what was examined';
is calls('/pay/doctor'), 1, 'asked once';
$li->fills('被拒绝的请求', '-----BEGIN PRIVATE KEY-----');
$li->presses('诊断');
$li->sees('这是私钥');
$li->presses('English');
$li->sees('This is a private key, and was not sent.');

$li->presses('Bills');
$li->presses('Make a bill');
$li->fills('Payer', '12');
$li->fills('Amount (Chinese Yuan)', '1.00');
$li->fills('For', 'tea');
$li->hold('POST /pay/bill', 3000);
$li->presses('Make a bill');
$li->presses('中文');
$li->finds('form[aria-busy=true]');
$li->finds('input[name=payer_phone][aria-invalid=true]');
is calls('/pay/bill'), 1, 'what is on its way is not sent again, and is refused in the form that is there';

ok wait_for(sub { grep { $_->{event} eq 'text' && $_->{state} eq 'EXHAUSTED' }
                  @{ $p->signed($shop, '/pay/notices')->{json}{notices} } }), 'a notice of a text';
$li->opens('/console/merchant/notices');
$li->fills('商户编号', 'tea');
$li->fills('私钥或共享密钥', slurp(Phone::Sign::key('shop')->{private}));
$li->presses('进入');
$li->sees('关键词短信');
$li->presses('检查');
$li->presses('检查通知地址');
$li->sees('正在发送');
$li->presses('English');
$li->sees('Notices do not arrive.');
cmp_ok calls('/pay/notices/check'), '>', 1, 'the check went on';
$li->presses('中文');
$li->sees('通知无法送达。');


# the app: a password that is typed

my $han = $browser->person('han', width => 1280);
$han->logs_in('13800000001');
$han->opens('/app/me/password');
$han->fills('New password', 'a-secret-valley');
$han->presses('中文');
$han->sees('退出登录');
is $han->value('新密码'), 'a-secret-valley', 'a password that is typed stays, in the page alone';
unlike $han->run('JSON.stringify([{ ...sessionStorage }, { ...localStorage }])'), qr/a-secret/, 'and nowhere else';
$han->focuses('中文', 'the focus stays at the language');

# what was refused, chosen, or done

$han->fills('新密码', 'short');
$han->presses('保存密码');
$han->finds('[name=password][aria-invalid=true]');
$han->presses('English');
$han->sees('Log out');
$han->finds('[name=password][aria-invalid=true]');
unlike $han->run(q{document.querySelector('[name=password]').closest('.field').textContent}), qr/\p{Script=Han}/,
    'a refusal is there in the other language';
is scalar(grep { m{^POST \S+/password } } @{ $han->sent }), 1, 'and nothing was sent again';
$han->opens('/app/me/triggers');
$han->finds('[value=hours]');
$han->run(q{document.querySelector('[value=hours]').click()});
$han->fills('From', '22:00');
$han->presses('Save');
$han->finds('[name=to][aria-invalid=true]');
$han->presses('中文');
$han->sees('退出登录');
$han->finds('[name=to][aria-invalid=true]');
is $han->value('从'), '22:00', 'a choice, what was typed and what was refused';
is $han->run(q{document.querySelector('[name=when]:checked').value}), 'hours', 'are there';

$han->opens('/app/me/pin');
$han->sees('输入原支付密码');
$han->types('271828');
$han->sees('新的支付密码');
$han->types('111111');
$han->sees('再次输入新的支付密码');
$han->types('111111');
$han->finds('.pin-step .problem-text:not(:empty)');
$han->presses('English');
$han->sees('Choose a PIN');
like $han->run(q{document.querySelector('.pin-step .problem-text').textContent}), qr/^[\x20-\x7e\x{2019}]+$/,
    'a PIN that was refused, and the step that was reached';

$han->opens('/app/me/sessions');
$han->sees('This device');
$p->login({ phone => '13800000001' });
$han->reloads;
$han->sees('End all others');
$han->answer('DELETE /sessions/others', 429, { code => 'RATE_LIMITED', message => 'rate', message_zh => 'rate' });
$han->presses('End all others');
$han->presses('End all others');
$han->sees('Too many tries for now.');
$han->presses('中文');
$han->sees('操作过于频繁，请稍后再试。');

my $file = join '', map { "$_\r\n" } 'Name,Phone 1 - Value', map { sprintf 'Person %03d,1371000%04d', $_, $_ } 1 .. 200;
$han->opens('/app/contacts/import');
$han->step('chooses a file', chooses => '通讯录文件', 'a.csv', $file);
$han->presses('检查文件');
$han->sees('检查完毕');
$han->presses('显示更多');
$han->finds('.outcomes tbody tr:nth-child(101)');
my $rows = $han->count('.outcomes tbody tr');
$han->run(q{Promise.all([import('/lib/i18n.js'), import('/lib/router.js')]).then(([words, router]) => {
    words.useLanguage('en');
    router.again();
})});
$han->sees('Checked. Nothing has been saved yet');
is $han->count('.outcomes tbody tr'), $rows, 'the rows of a dry run that were loaded';


# the operator's console

my $console = Phone::Browser->new("http://127.0.0.1:$port");
my $op = $console->person('op', width => 1280);
$op->opens('/console/operator/accounts');
$op->fills('Operator’s token', TOKEN);
$op->presses('Open');
$op->finds('.tabs');
$op->run(q{document.querySelectorAll('input[name=phone]')[1].focus()});
$op->types('13800000001');
$op->fills('Amount', '50.00');
$op->fills('Credit number', 'C-1');
$op->presses('Credit');
$op->presses('Credit');
$op->sees('The balance of +86 138 0000 0001 is ¥50.00.');
$op->presses('中文');
$op->sees('¥50.00');
$op->presses('状态');
$op->presses('账户');
unlike $op->text, qr/50\.00。/, 'it goes with the page';

$_->done for $console, $browser;
done_testing;
