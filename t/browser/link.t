# The link in the text about a bill opens that bill, after the login as well: for a number
# with an account, for a new one, for nobody else.

use utf8;
use lib 't/lib';
use Phone::Product;
use Phone::Browser;

my $p = Phone::Product->new(http => 'phone_public_url https://pay.example.com;');
my $shop = $p->shop('tea');
$p->payer('13800000001', 10000);
$p->payer('13800000002', 10000);

sub link_of {
    my ($phone, $trade, $subject) = @_;
    my $sent = $p->sms($phone);
    my $bill = $p->bill($shop, out_trade_no => $trade, amount => 1280, payer_phone => $phone,
                        subject => $subject)->{json}{bill_id};
    wait_for(sub { $p->sms($phone) > $sent }) or die "no SMS to $phone\n";
    my $text = ($p->sms($phone))[-1]{text};
    my ($path) = $text =~ m{ https://pay\.example\.com(/\S+)$} or die "no link: $text\n";
    is $path, "/app/bills/$bill", 'the text ends with a link to the bill';
    return $path;
}

my $browser = Phone::Browser->new($p);


# a number with an account

my $path = link_of('+8613800000001', 'T1', 'a cup of tea');
my $li = $browser->person('li');
$li->opens($path);
$li->is_at('/app/login');
$li->reloads;
$li->fills('Phone number', '13800000001');
$li->fills('Password', Phone::Product::PASSWORD);
$li->presses('Log in');
$li->is_at($path);
$li->sees('a cup of tea');
$li->sees('Pay ¥12.80');

# who is logged in sees it at once

$li->opens('/app/me');
$li->sees('Payer 13800000001');
$li->opens($path);
$li->sees('Pay ¥12.80');


# somebody else

my $han = $browser->person('han');
$han->opens($path);
$han->fills('Phone number', '13800000002');
$han->fills('Password', Phone::Product::PASSWORD);
$han->presses('Log in');
$han->is_at($path);
$han->finds('.problem');
unlike $han->text, qr/a cup of tea|12\.80/, 'nothing of the bill';


# a number without an account: code, password, bill

$path = link_of('+8613900000009', 'T2', 'another cup');
my $new = $browser->person('new', locale => 'zh-CN');
$new->opens($path);
$new->presses('用短信验证码登录');
$new->fills('手机号', '13900000009');
$new->presses('获取短信验证码');
$new->sees('您很快会收到验证码');
$new->fills('验证码或临时密码', $p->code('+8613900000009', 2));
$new->presses('登录');
$new->is_at('/app/me/password');
$new->fills('新密码', 'a-quiet-valley');
$new->presses('保存密码');
$new->is_at($path);
$new->sees('another cup');

$browser->done;
done_testing;
