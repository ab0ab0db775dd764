# Mail between two people who are both there: it arrives by itself, is read, answered,
# passed on, deleted; the badge counts what was not read.

use utf8;
use lib 't/lib';
use Phone::Product;
use Phone::Browser;

my $p = Phone::Product->new;
$p->payer('13800000001', 100);
$p->payer('13800000002', 100);

my $browser = Phone::Browser->new($p);
my $li = $browser->person('li', locale => 'zh-CN');
my $han = $browser->person('han', locale => 'en-US', width => 1280, height => 800);

$li->logs_in('13800000001', locale => 'zh');
$han->logs_in('13800000002');
$han->sees('No bills yet');
$han->listens;

# written, and there without a reload

$li->presses('消息');
$li->sees('还没有消息');
$li->presses('写消息');
$li->presses('发送');
$li->sees('请填写“收件人手机号”');
$li->fills('收件人手机号', '12');
$li->fills('内容', "六点见？\n老地方 <script>alert(1)</script>");
$li->presses('发送');
$li->finds('[name=to][aria-invalid=true]');
is $li->value('内容'), "六点见？\n老地方 <script>alert(1)</script>", 'what was typed is still there';
$li->fills('收件人手机号', '+86 138 0000 0002');
$li->presses('发送');
$li->is_at('/app/mail/with/');
$li->sees('老地方 <script>alert(1)</script>');

$han->sees('A new message');
$han->finds('.badge');
$han->presses('Messages');
$han->sees('+86 138 0000 0001');
$han->step('opens the conversation', run => "document.querySelector('.line.fresh').click()");
$han->sees('老地方 <script>alert(1)</script>');
$han->step('has read it', run => 'new Promise((done) => { const go = () =>'
    . "document.querySelector('.badge, .fresh') ? setTimeout(go, 30) : done(true); go(); })");

# answered: both see what is answered

$han->presses('Reply');
$han->fills('Message', 'Yes, at six');
$han->presses('Send');
$han->finds('.mine .quoted');
$li->sees('Yes, at six');
$li->finds('.theirs .quoted');

# without "Reply" it is one more message

$li->fills('内容', '好');
$li->presses('发送');
$han->sees('好');

# passed on, to two

$li->step('passes it on', run => "document.querySelector('.theirs [href*=forward]').click()");
$li->sees('对方不会看到原作者');
$li->fills('收件人手机号', '13800000002, 13800000003');
$li->presses('转发');
$li->sees('已发送');
$han->sees('Forwarded');

# a picture, without words; what is none is refused, in words

sub attaches {
    my ($person, $kind) = @_;
    $person->finds('[type=file]');
    $person->step("attaches $kind", run => 'new Promise((done) => { const canvas = document.createElement("canvas");'
        . 'canvas.width = 30; canvas.height = 20; canvas.toBlob((blob) => { const files = new DataTransfer();'
        . "files.items.add(new File([blob || 'none'], 'a', { type: '$kind' }));"
        . "document.querySelector('[type=file]').files = files.files; done(true); }, '$kind'); })");
}
$li->opens('/app/mail/with/%2B8613800000002');
for my $kind (qw(image/jpeg image/png image/webp)) {
    my $had = $li->count('.mine .bubble-picture');
    attaches($li, $kind);
    $li->presses('发送');
    $li->step("$kind is shown", run => 'new Promise((done) => { const go = () => { const all ='
        . "[...document.querySelectorAll('.mine .bubble-picture')].filter((img) => { img.loading = 'eager';"
        . "return img.complete && img.naturalWidth === 30 && img.naturalHeight === 20; });"
        . "all.length > $had ? done(true) : setTimeout(go, 30); }; go(); })");
}
$li->step('sends a text as a picture', run => "(() => { const files = new DataTransfer();"
    . "files.items.add(new File(['none'], 'a', { type: 'image/png' }));"
    . "document.querySelector('[type=file]').files = files.files; return true; })()");
$li->presses('发送');
$li->sees('文件不是完整的');
$li->opens('/app/mail/with/%2B8613800000002');
$han->step('sees them', run => 'new Promise((done) => { const go = () => { const all ='
    . "[...document.querySelectorAll('.theirs .bubble-picture')].filter((img) => { img.loading = 'eager';"
    . "return img.complete && img.naturalWidth === 30; }); all.length === 3 ? done(true) : setTimeout(go, 30); }; go(); })");

# deleted: asked once, gone here, there still

$li->opens('/app/mail/with/%2B8613800000002');
$li->sees('Yes, at six');
my $before = $li->count('.bubble');
$li->step('deletes', run => "document.querySelector('.theirs [aria-label=\"删除\"]').click()");
$li->sees('只删除您这里的一份');
$li->presses('取消');
is $li->count('.bubble'), $before, 'not yet';
$li->step('deletes', run => "document.querySelector('.theirs [aria-label=\"删除\"]').click()");
$li->presses('删除');
$li->step('it is gone', run => 'new Promise((done) => { const go = () =>'
    . "document.querySelectorAll('.bubble').length < $before ? done(true) : setTimeout(go, 30); go(); })");
$li->reloads;
$li->sees('好');
unlike $li->text, qr/Yes, at six.*Yes, at six/, 'for good';
$han->sees('Yes, at six');

$browser->done;
done_testing;
