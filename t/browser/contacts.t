# The phonebook in the app: found, added, changed, removed, brought back; a file that is
# checked, imported, taken back; exports; numbers chosen for a message.

use utf8;
use lib 't/lib';
use Phone::Product;
use Phone::Browser;

my $p = Phone::Product->new(http => 'phone_pump interval=100ms;');
my $payer = $p->payer('13800000001', 100);
$p->payer('13800000002', 100);

my $browser = Phone::Browser->new($p);
my $li = $browser->person('li', locale => 'zh-CN');

my $evil = q{<img src=x onerror=alert(1)>};

sub harmless {
    my ($person, $where) = @_;
    is $person->run(q{document.querySelectorAll('[onerror], [onload], [src=x], main svg:not(.icon), '
        + 'main script, dialog script').length}), 0, "$where: no markup of a text";
}
sub book { return @{ $p->get('/mail/contacts?limit=100', cookie => $payer->{cookie})->{json}{contacts} } }
sub names { return join ' ', map { $_->{name} } book() }


# one by one

$li->logs_in('13800000001', locale => 'zh');
$li->presses('我');
$li->presses('通讯录');
$li->sees('通讯录还是空的');
$li->presses('新建联系人');
$li->presses('保存');
$li->sees('请填写“姓名”');
$li->fills('姓名', "韩梅梅 $evil");
$li->presses('保存');
$li->sees('请填写“号码 1”');
$li->fills('号码 1', '12');
$li->fills('备注（可不填）', q{"><script>alert(2)</script>});
$li->presses('保存');
$li->finds('[name=number0][aria-invalid=true]');
$li->fills('号码 1', '138 0000 0002');
$li->presses('再加一个号码');
is $li->value('姓名'), "韩梅梅 $evil", 'what was typed stays';
$li->fills('号码 2', '13900000003');
$li->run(q{document.querySelector('[name=label1]').value = 'work'});
$li->reloads;
$li->sees('号码 2');
is $li->value('号码 2'), '13900000003', 'after a reload as well';
$li->run(q{document.querySelector('[name=label1]').value = 'work'});
$li->presses('保存');
$li->sees('已添加联系人');
$li->is_at('/app/contacts/');
$li->sees('写消息');
harmless($li, 'the contact');
is join(' ', map { "$_->{number} $_->{label}" } map { @{ $_->{numbers} } } book()),
    '+8613800000002 mobile +8613900000003 work', 'it is in the phonebook';

$li->opens('/app/contacts');
$li->sees("韩梅梅 $evil");
harmless($li, 'the list');
$li->presses('新建联系人');
$li->fills('姓名', 'Wang');
$li->fills('号码 1', '13900000004');
$li->presses('再加一个号码');
$li->fills('号码 2', '13900000003');
$li->presses('保存');
$li->finds('[name=number1][aria-invalid=true]');
$li->sees('另一个联系人已有这个号码，请先在那里删除');
$li->presses('查看已有这个号码的联系人');
$li->sees('删除联系人');
$li->goes_back;
is $li->value('姓名'), 'Wang', 'and back, with what was typed';
$li->fills('号码 2', '');
$li->presses('保存');
$li->sees('已添加联系人');
is names(), "Wang 韩梅梅 $evil", 'an empty number is none';

# found, changed

$li->opens('/app/contacts');
$li->sees('Wang');
$li->fills('搜索姓名或号码', '梅梅');
$li->loses('Wang');
$li->sees('韩梅梅');
$li->fills('搜索姓名或号码', '000004');
$li->sees('Wang');
$li->loses('韩梅梅');
$li->fills('搜索姓名或号码', $evil);
$li->sees('韩梅梅');
$li->fills('搜索姓名或号码', 'nobody');
$li->sees('没有找到');
harmless($li, 'the search');
$li->fills('搜索姓名或号码', 'wang');
$li->sees('Wang');
$li->step('opens it', run => q{document.querySelector('.line[href*="contacts/"]').click()});
$li->sees('删除联系人');
$li->fills('姓名', 'Wang Wei');
$li->presses('保存');
$li->sees('Wang Wei');
is names(), "Wang Wei 韩梅梅 $evil", 'changed';

# removed: asked, and brought back

$li->opens('/app/contacts');
$li->presses('Wang Wei');
$li->presses('删除联系人');
$li->sees('消息会保留');
$li->presses('取消');
$li->presses('删除联系人');
$li->presses('删除联系人');
$li->sees('已删除联系人');
wait_for(sub { names() eq "韩梅梅 $evil" });
$li->presses('撤销');
$li->sees('Wang Wei');
is names(), "Wang Wei 韩梅梅 $evil", 'there again';

# somebody else's contact is none

my $han = $browser->person('han');
$han->logs_in('13800000002');
$han->opens('/app/contacts/' . (book())[0]{contact_id});
$han->finds('.problem');
$han->loses('Wang Wei');


# a file: what would come of it, row by row; nothing is stored before it is said so

my $long = $evil . '长' x 60;
my $file = join '', map { "$_\r\n" } 'Name,Phone 1 - Value,Notes',
    "Zhou $long,13900000011,<svg/onload=alert(3)>", 'Wang,13900000004,', 'Nobody,,', 'Wu,13900000012,', 'Wu,13900000012,',
    (map { sprintf 'Person %03d,1371000%04d,', $_, $_ } 1 .. 300);

$li->opens('/app/contacts');
$li->presses('导入联系人');
$li->presses('检查文件');
$li->sees('请填写“通讯录文件”');
$li->step('chooses a picture', chooses => '通讯录文件', 'a.csv', "\x01\x02 nothing of the kind\n");
$li->presses('检查文件');
$li->sees('无法读取这个文件');
$li->step('chooses a file', chooses => '通讯录文件', 'a.csv', $file);
$li->presses('检查文件');
$li->sees('检查完毕，尚未保存任何内容');
$li->sees('通讯录中已有');
$li->sees('没有号码');
$li->sees('与文件中前面的行重复');
harmless($li, 'the dry run');
is $li->run(q{[...document.querySelectorAll('.outcomes tbody tr')].slice(0, 3).map((row) => row.cells[1].innerText).join('|')}),
    "Zhou $long\n+86 139 0000 0011|Wang\n+86 139 0000 0004|Nobody", 'the name and the number of each row';
$li->shot("$ENV{PHONE_SHOTS}/dry.png") if $ENV{PHONE_SHOTS};
is names(), "Wang Wei 韩梅梅 $evil", 'nothing is stored';
my $rows = $li->count('.outcomes tbody tr');
for (1 .. 10) {
    last if $rows == 305;
    $li->presses('显示更多');
    my $before = $rows;
    $li->finds(".outcomes tbody tr:nth-child(" . ($before + 1) . ')');
    $rows = $li->count('.outcomes tbody tr');
}
is $rows, 305, 'a line for each row';
cmp_ok $li->run(q{Math.max(...[...document.querySelectorAll('.outcomes .mark')].map((one) =>
    one.getBoundingClientRect().height))}), '<', 36, 'a result is one line';
cmp_ok $li->run(q{document.querySelector('.outcomes caption').offsetHeight}), '<', 60, 'so is the heading';
is join("\n", @{ $li->wide }), '', 'it fits';
is join("\n", @{ $li->axe }), '', 'and is accessible';

# after a reload the file has to be chosen again

$li->reloads;
$li->sees('重新选择文件后导入');
$li->presses('重新选择文件后导入');
$li->step('chooses it', chooses => '通讯录文件', 'a.csv', $file);
$li->presses('检查文件');
$li->presses('导入 302 行');
$li->sees('导入完成');
is scalar(@{ $p->get('/mail/contacts?q=Person&limit=100', cookie => $payer->{cookie})->{json}{contacts} }), 100,
    'imported';
$li->presses('查看通讯录');
$li->sees('Person 001');
$li->sees("Zhou $long") if $li->count('.list .line') > 300;
$li->fills('搜索姓名或号码', 'Zhou');
$li->sees("Zhou $long");
harmless($li, 'what was imported');

# exported

my $saved = $li->call(saves => '导出 CSV');
is $saved->[0], 'contacts.csv', 'a file';
like $saved->[1], qr/Wang Wei/, 'of the phonebook';
like $li->call(saves => '导出 vCard')->[1], qr/^BEGIN:VCARD/, 'or as vCard';

# taken back

$li->goes_back;
$li->presses('撤销导入');
$li->sees('由这次导入新建的联系人会被删除');
$li->presses('撤销导入');
$li->sees('已撤销导入');
wait_for(sub { names() eq "Wang Wei 韩梅梅 $evil" });
is names(), "Wang Wei 韩梅梅 $evil", 'as it was';
$li->opens('/app/contacts/import/017-01HQVN11S0X4BVD2QR9GQ82KTS');
$li->finds('.problem');


# numbers for a message: many at once, beside what was typed

$li->opens('/app/mail/new');
$li->fills('收件人手机号', '13700000009,');
$li->presses('从通讯录选择');
$li->sees('Wang Wei');
harmless($li, 'the choice');
is join("\n", @{ $li->wide }), '', 'the choice fits';
is join("\n", @{ $li->axe }), '', 'and is accessible';
$li->step('chooses Wang', run => q{document.querySelector('dialog input[type=checkbox]').click()});
$li->fills('搜索姓名或号码', '138000');
$li->loses('Wang Wei');
$li->step('chooses Han', run => q{document.querySelector('dialog input[type=checkbox]').click()});
$li->presses('添加 2 个号码');
$li->finds('body:not(:has(dialog))');
is $li->value('收件人手机号'), '13700000009, +8613900000004, +8613800000002', 'they stand in the field';
$li->reloads;
$li->sees('写消息');
is $li->value('收件人手机号'), '13700000009, +8613900000004, +8613800000002', 'and are kept';
$li->presses('从通讯录选择');
$li->hits('Escape');
$li->finds('body:not(:has(dialog))');
$li->focuses('收件人手机号', 'the focus goes back to the field');
$li->fills('内容', '你好');
$li->presses('发送');
$li->sees('已发送');
$han->opens('/app/mail');
$han->sees('你好');


# a change that was not saved is there again, and says so; a newer version is not overwritten

my ($wang) = grep { $_->{name} eq 'Wang Wei' } book();
$li->opens("/app/contacts/$wang->{contact_id}");
$li->fills('姓名', 'Abandoned');
$li->opens("/app/contacts/$wang->{contact_id}");
$li->sees('这里有您之前没有保存的修改。');
is $li->value('姓名'), 'Abandoned', 'what was typed is there';
is join("\n", @{ $li->axe }), '', 'it is accessible';
$li->presses('放弃修改');
$li->loses('这里有您之前没有保存的修改。');
is $li->value('姓名'), 'Wang Wei', 'or what is stored';
$li->fills('姓名', 'Abandoned');
is $p->request(PUT => "/mail/contacts/$wang->{contact_id}", body => { name => 'Wang Li', numbers => $wang->{numbers} },
               cookie => $payer->{cookie})->{status}, 200, 'changed elsewhere';
$li->opens("/app/contacts/$wang->{contact_id}");
$li->sees('您之前没有保存的修改已丢弃');
is $li->value('姓名'), 'Wang Li', 'the newer version is seen';

$browser->done;
done_testing;
