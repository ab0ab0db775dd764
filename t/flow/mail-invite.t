# MAIL-5 from end to end: mail to a number without an account, one SMS with a
# temporary password, the login with it in a browser, and the choice of another
# password.  And what phone_mail needs at start.

use lib 't/lib';
use Phone::Product;

my $p = Phone::Product->new(workers => 2,
    http => 'phone_pump interval=200ms; phone_login_fails 100;');
my $li = $p->payer('13800000001', 100);
my $wang = $p->payer('13900000002', 100);
my $number = '+8613777777777';

sub mail {
    my ($from, $text) = @_;
    return $p->post('/mail', { to => ['13777777777', '13900000002'], text => $text },
                    cookie => $from->{cookie});
}

sub texts { return map { $_->{text} } $p->sms($number) }


# many mails at once: one SMS

my @sent = $p->parallel(20, sub {
    my ($n) = @_;
    srand;
    return mail($n % 2 ? $li : $wang, "secret words $n")->{status};
});
is scalar(grep { $_ == 200 } @sent), 20, "20 mails at once";
ok wait_for(sub { texts() }), 'an SMS is sent';
select undef, undef, undef, 1.5;
is scalar(my ($text) = texts()), 1, 'one for all mails';
unlike $text, qr/secret|13800000001|13900000002/, 'with nothing of the sender';
is scalar $p->sms('+8613900000002'), 0, 'a number with an account gets none';

my ($password) = $text =~ /: ([0-9A-Za-z]{10}),/;
ok $password, 'it has a temporary password' or diag $text;


# the login

my $he = { phone => '13777777777' };
is $p->login($he, 'x' . substr $password, 1)->{status}, 401, 'another password';
my $in = $p->login($he, $password);
is $in->{status}, 200, 'the temporary one' or diag $in->{content};
ok $in->{json}{must_change}, 'which must be changed';
is $p->login({ phone => '13777777777' }, $password)->{status}, 401, 'it works once';

my $box = $p->get('/mail?limit=50', cookie => $he->{cookie})->{json};
is $box->{unread}, 20, 'the mails are there';
is scalar(grep { $_->{text} =~ /^secret words/ } @{ $box->{mail} }), 20, 'all of them';

my $chosen = $p->post('/password', { password => 'a-quiet-lake-9' }, cookie => $he->{cookie});
is $chosen->{status}, 200, 'he chooses a password' or diag $chosen->{content};
$he = { phone => '13777777777' };
$in = $p->login($he, 'a-quiet-lake-9');
is $in->{status}, 200, 'and logs in with it';
ok !$in->{json}{must_change}, 'which need not be changed';

mail($li, 'another');
select undef, undef, undef, 1.5;
is scalar(texts()), 1, 'no other SMS: he has an account, and no triggers';


# what phone_mail needs

$p->stop;

for (['/nowhere', 'has no time zones'], [$p->dir, 'has no time zones']) {
    my ($folder, $why) = @$_;
    my $other = Phone::Product->new(stopped => 1, allow => qr{opendir\(\) "/nowhere"|has no time zones},
                                    http => "phone_zoneinfo $folder;");
    my ($code, $out) = $other->test_config;
    isnt $code, 0, "phone_zoneinfo $folder: nginx does not start";
    like $out, qr/$why.*phone_zoneinfo/, 'and says why';
}

done_testing;
