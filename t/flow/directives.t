# Every directive: what it takes, and that it refuses bad values, a second one, a
# wrong number of arguments and the wrong context with a text that says so.

use lib 't/lib';
use Phone::Flow;
use Phone::Env qw(slurp top);
use Phone::Sign;

my $flow = Phone::Flow->new(redis => 0, allow => qr{\[emerg\]});
my $dir = $flow->dir;

$flow->write($_->[0], $_->[1], $_->[2]) for
    ['secret', '5a' x 32 . "\n", 0600],
    ['short', "too short\n", 0600],
    ['lines', "a line of a token\nand another\n", 0600],
    ['open', '5a' x 32 . "\n", 0644],
    ['token', "operator-token-for-tests\n", 0600],
    ['empty', '', 0600],
    ['platform.key', slurp(Phone::Sign::key('platform')->{private}), 0600],
    ['platform.pub', slurp(Phone::Sign::key('platform')->{public}), 0600];

my $template = <<'END';
%%GLOBALS%%
events { worker_connections 8192; }
http {
    %%HTTP%%
    %%MAIN%%
    server {
        listen 127.0.0.1:%%PORT%%;
        %%SERVER%%
        location / { %%LOCATION%% }
    }
}
END

my %place = (main => 'MAIN', server => 'SERVER', location => 'LOCATION');

# What "nginx -t" says: empty when it takes the text.

sub says {
    my ($where, $text) = @_;

    $text =~ s/FILE:/$dir\//g;
    my ($code, $out) = $flow->config($template,
        map { $place{$_} => $_ eq $where ? $text : '' } keys %place)->test_config;

    return '' if $code == 0;
    my ($line) = $out =~ /\[emerg\] \d+#\d+: (.*)/;
    return $line || $out;
}

# Of a module's tables: the names of its directives.

my %known = map { $_ => 1 } map {
    my $text = slurp($_);
    my @tables = $text =~ /^static ngx_command_t .*?^\};/msg;
    map { /(?:ngx_string|ngx_phone_setting)\("(phone_\w+)"/g } @tables;
} glob top() . '/modules/*/*.c';

my $time = [ ['x', qr/invalid value/], ['', qr/invalid value/], ['-1s', qr/invalid value/],
             ['999999999999999999999s', qr/invalid value/] ];
my $number = [ ['x', qr/invalid number/], ['-1', qr/invalid number/], ['1k', qr/invalid number/],
               ['99999999999999999999', qr/invalid number/] ];
my $minutes = [ @$time, ['59s', qr/must be between 60s and 315360000s/],
                ['3651d', qr/must be between 60s and 315360000s/] ];
my $seconds = [ @$time, ['999ms', qr/must be between 1s and 315360000s/] ];
my $hour = [ @$time, ['0', qr/must be between 1s and 3600s/], ['61m', qr/must be between 1s and 3600s/] ];
my $day = [ @$time, ['0', qr/must be between 1s and 86400s/], ['25h', qr/must be between 1s and 86400s/] ];

sub between {
    my ($min, $max) = @_;
    return [ @$number, [$max + 1, qr/must be between $min and $max/],
             $min ? [$min - 1, qr/must be between $min and $max/] : () ];
}

sub limited {
    my ($min, $max) = @_;
    return [ @$number, [$max + 1, qr/must be between $min and $max/],
             [$min - 1, qr/must be between $min and $max/] ];
}

my $flag = [ ['yes', qr/invalid value "yes" in "\w+" directive, it must be "on" or "off"/] ];
my $secret = [ ['FILE:nowhere', qr/open\(\) ".*nowhere" failed/], ['FILE:short', qr/holds less than 32 bytes/],
               ['FILE:open', qr/can be read or written by everybody: change its mode to 600/],
               ['FILE:empty', qr/is empty or too large/], ['FILE:', qr/is not a file/] ];

# Name => contexts, values that are taken, values that are refused.

my %table = (
    phone_redis => ['main', ['127.0.0.1', '127.0.0.1:6379 timeout=2s connect_timeout=1s connections=4 database=3 pending=10',
            'unix:/tmp/redis.sock', 'localhost:6379 user=app password_file=FILE:token', '[::1]:6379'],
        [['127.0.0.1:x', qr/invalid port in "127\.0\.0\.1:x"/], ['unix:', qr/no path in the unix domain socket/],
         ['127.0.0.1 timeout=0', qr/"phone_redis" has an invalid parameter "timeout=0"/],
         ['127.0.0.1 timeout=x', qr/invalid parameter "timeout=x"/], ['127.0.0.1 connections=0', qr/invalid parameter "connections=0"/],
         ['127.0.0.1 connections=65', qr/invalid parameter "connections=65"/],
         ['127.0.0.1 pending=1000001', qr/invalid parameter "pending=1000001"/],
         ['127.0.0.1 database=-1', qr/invalid parameter "database=-1"/], ['127.0.0.1 color=red', qr/invalid parameter "color=red"/],
         ['127.0.0.1 password_file=FILE:lines', qr/holds more than one line of text/],
         ['127.0.0.1 timeout=1s timeout=2s', qr/"phone_redis" has a duplicate parameter "timeout=2s"/],
         ['127.0.0.1 user=app', qr/"phone_redis" directive has "user=" without "password_file="/]]],
    phone_redis_unsafe => ['main', ['on', 'off'], $flag],
    phone_store_id => ['main', ['0123abcd'], [['', qr/needs the id that "phone-store create" has printed/],
        ['a:b', qr/needs the id/], ['x' x 65, qr/needs the id/]]],
    phone_secret_file => ['main', ['FILE:secret'], $secret],
    phone_secret_file_before => ['main', ['FILE:secret'], $secret],
    phone_platform_key => ['main', ['FILE:platform.key p1', 'FILE:platform.key p1 from=2026-12-01', 'FILE:platform.key p1 old',
            'FILE:platform.key p1 next from=2027-01-31', 'FILE:platform.key p1 from=2027-01-31 next'],
        [['FILE:platform.key p1 later', qr/takes "next" or "old", and "from=date"/], ['FILE:platform.key p1 next old', qr/takes "next" or "old"/],
         ['FILE:platform.key p1 from=2026-02-30', qr/needs a date as in from=2026-12-01/], ['FILE:platform.key p1 from=', qr/needs a date/],
         ['FILE:platform.key p1 from=2026-12-01 from=2026-12-02', qr/takes "next" or "old"/],
         ['FILE:platform.key "a b"', qr/needs a key id of 1 to 32 letters/], ['FILE:platform.key ""', qr/needs a key id/],
         ['FILE:platform.pub p1', qr/platform\.pub": /], ['FILE:nowhere p1', qr/open\(\) ".*nowhere" failed/]]],
    phone_bank => ['main', ['citybank FILE:secret', 'a-1_b FILE:secret'],
        [['City FILE:secret', qr/needs a name of 1 to 32 lower-case letters/], ['"" FILE:secret', qr/needs a name/],
         [('x' x 33) . ' FILE:secret', qr/needs a name/], ['citybank FILE:short', qr/holds less than 32 characters/],
         ['citybank FILE:lines', qr/holds more than one line/], ['citybank FILE:open', qr/change its mode to 600/]]],
    phone_operator_token_file => ['main', ['FILE:token'],
        [['FILE:short', qr/holds less than 16 characters/], ['FILE:lines', qr/holds more than one line/],
         ['FILE:open', qr/change its mode to 600/]]],
    phone_gateway_token_file => ['main', ['FILE:token'],
        [['FILE:short', qr/holds less than 16 characters/], ['FILE:open', qr/change its mode to 600/]]],
    phone_blobs => ['main', ['FILE:blobs', 'FILE:blobs sweep=1s', 'FILE:blobs sweep=7d'],
        [['/nowhere/blobs', qr/mkdir\(\) "\/nowhere\/blobs/], ['FILE:token', qr/mkdir\(\) ".*token\/new"/],
         ['FILE:blobs sweep=999ms', qr/sweep/], ['FILE:blobs sweep=8d', qr/sweep/], ['FILE:blobs sweep=x', qr/sweep/],
         ['FILE:blobs round=1h', qr/takes a folder and "sweep=time"/]]],
    phone_buckets => ['main', ['1', '999'], limited(1, 1000)],
    phone_commit_domain => ['main', ['store', 'bucket'], [['all', qr/invalid value "all"/]]],
    phone_compute_threads => ['main', ['1', '256'], limited(1, 256)],
    phone_compute_queue => ['main', ['1', '1000000'], limited(1, 1000000)],
    phone_password_queue => ['main', ['1', '4096'], limited(1, 4096)],
    phone_max_calls => ['main', ['1'], limited(1, 1000000)],
    phone_call_timeout => ['main', ['1s', '30s'],
        [@$time, ['0', qr/must be between 100ms and 30s/], ['31s', qr/must be between 100ms and 30s/]]],
    phone_pump => ['main', ['on', 'off', 'interval=100ms'],
        [['interval=99ms', qr/needs an interval between 100ms and 60s/], ['interval=61s', qr/between 100ms and 60s/],
         ['interval=x', qr/between 100ms and 60s/], ['maybe', qr/needs "on", "off" or "interval=time"/]]],
    phone_pump_events => ['main', ['1'], limited(1, 1000000)],
    phone_pump_lane => ['main', ['1'], limited(1, 1000000)],
    phone_body_max => ['main server location', ['1k', '64k'],
        [['x', qr/invalid value/], ['0', qr/must be between 1 and 1m/], ['2m', qr/must be between 1 and 1m/]]],
    phone_cookie_secure => ['main server location', ['on', 'off'], $flag],

    phone_bill => ['location', ['', '/'], [['pay', qr/needs a prefix that begins with "\/"/]]],
    phone_mail => ['location', ['', '/'], [['x', qr/needs a prefix that begins with "\/"/]]],
    phone_session => ['location', ['', '/'], [['x', qr/needs a prefix that begins with "\/"/]]],
    phone_sms => ['location', ['', '/gateway/'], [['x', qr/needs a prefix that begins with "\/"/]]],
    phone_sms_gateway => ['main', ['kannel', 'generic', 'generic to=To text=Body accepted="\"code\":0"'],
        [['jasmin', qr/must be "kannel" or "generic"/], ['', qr/must be "kannel" or "generic"/], ['kannel to=x', qr/invalid parameter "to=x"/],
         ['generic to=', qr/invalid parameter "to="/], ['generic from=x', qr/invalid parameter "from=x"/],
         ['generic to=a to=b', qr/has a parameter for the second time/]]],
    phone_sms_parts => ['main', ['1', '50'], between(1, 50)],
    phone_sms_report => ['main', ['0', '3d'], [['73h', qr/must be between 0s and 259200s/], ['x', qr/invalid value/]]],
    phone_operator => ['location', ['', '/'], [['x', qr/needs a prefix that begins with "\/"/]]],
    phone_live => ['location', [''], []],
    phone_status => ['location', [''], []],
    phone_metrics => ['location', [''], []],
    phone_auth => ['main server location', ['on', 'off'], $flag],
    phone_live_clients => ['main', ['1'], limited(1, 1000000)],
    phone_live_clients_of_number => ['main', ['1'], limited(1, 1000000)],
    phone_notify => ['location', ['FILE:platform.pub merchant_id=tea', 'key_id=a:FILE:platform.pub merchant_id=a merchant_id=b skew=5m sign_type=RSA2'],
        [['FILE:platform.key', qr/a private key/], ['skew=1m', qr/needs the file of a public key/],
         ['FILE:platform.pub', qr/needs merchant_id=<id>/]]],

    phone_fetch => ['main', [],
        [['127.0.0.1:1', qr/needs a unix socket, unix:<path>/], ['unix:', qr/no path in the unix domain socket/],
         ['unix:/nowhere.sock', qr/"\w+" is missing|no server listens/]]],
    phone_fetch_allow => ['main', ['10.0.0.0/8 192.168.0.0/16', 'fd00::/8'], [['inside', qr/has an invalid network "inside": write it as 10\.1\.0\.0\/16/]]],
    phone_fetch_timeout => ['main', ['15s'], [['x', qr/invalid value/], ['0', qr/must be longer than 0 and shorter than "phone_lease", 60000 ms/],
        ['60s', qr/must be longer than 0 and shorter than "phone_lease", 60000 ms/]]],
    phone_fetch_log => ['main', ['sms sms.log'], [['sms /nowhere/sms.log', qr/open\(\) "\/nowhere\/sms\.log" failed/],
        ['sms ""', qr/needs a file/], ['fax fax.log', qr/there is no outbound call "fax"/],
        ['bank bank.log', qr/does not write the calls of this name: they are secret/]]],
    phone_fetch_location => ['main', ['sms /sms'], [['sms sms', qr/needs a path of the fetch server/], ['fax /fax', qr/there is no outbound call "fax"/]]],

    phone_region => ['main', ['CN', 'US'], [['cn', qr/needs a country code of two capital letters/], ['XX', qr/needs a country code/]]],
    phone_currency => ['main', ['CNY', 'JPY'], [['cny', qr/needs an ISO 4217 code/], ['QQQ', qr/needs an ISO 4217 code/]]],
    phone_site => ['main', ['tea', '"茶馆"'], [['""', qr/needs 1 to 32 visible characters in UTF-8/], ['x' x 33, qr/needs 1 to 32/],
        ["\xff", qr/needs 1 to 32/], ["\"a\nb\"", qr/needs 1 to 32/]]],
    phone_public_url => ['main', ['https://pay.example.com', 'https://[2001:db8::1]:8443', 'http://127.0.0.1:8080', 'http://localhost'],
        [map { [$_, qr/needs a URL of https without a path/] } '""', 'pay.example.com', 'http://pay.example.com', 'https://pay.example.com/',
         'https://pay.example.com/app', 'https://u@pay.example.com', '"https://pay.example.com#x"', 'https://' . 'x' x 93]],
    phone_notice_schedule => ['main', ['1s 30d', join ' ', ('1s') x 32],
        [['500ms', qr/has an invalid wait "500ms": it must be between 1s and 30d/], ['31d', qr/invalid wait "31d"/],
         ['x', qr/invalid wait "x"/], [join(' ', ('1s') x 33), qr/takes 32 waits at most/]]],

    (map { $_ => ['main', ['1h'], $minutes] }
         qw(phone_code_lifetime phone_temporary_lifetime phone_device_lifetime phone_pin_quiet)),
    phone_session_idle => ['main', ['1h'], [@$minutes, ['31d', qr/"phone_session_idle" is longer than "phone_session_lifetime"/]]],
    phone_session_lifetime => ['main', ['30d'], [@$minutes, ['1h', qr/"phone_session_idle" is longer than "phone_session_lifetime"/]]],
    phone_bill_lifetime => ['main', ['1h'], [@$seconds, ['31d', qr/"phone_bill_lifetime" is longer than "phone_bill_lifetime_max"/]]],
    phone_bill_lifetime_max => ['main', ['1d'], [@$seconds, ['1h', qr/"phone_bill_lifetime" is longer than "phone_bill_lifetime_max"/]]],
    phone_login_window => ['main', ['10m'], $day],
    phone_bill_text_window => ['main', ['10m'], $day],
    (map { $_ => ['main', ['5', '1000'], between(1, 1000)] }
         qw(phone_code_tries phone_code_sends phone_login_fails phone_pin_fails phone_card_tries phone_sms_tries)),
    (map { $_ => ['main', ['10000'], between(1, 10000)] } qw(phone_code_day phone_address_tries phone_login_day)),
    (map { $_ => ['main', ['0', '1000000000000000'], between(0, '1000000000000000')] } qw(phone_pay_card_day phone_pay_payer_day phone_merchant_bill phone_merchant_day)),
    phone_pay_day_start => ['main', ['0', '23h'], [['24h', qr/must be between 0s and 82800s/], ['x', qr/invalid value/]]],
    phone_code_cap => ['main', ['100000'], between(1, 100000)],
    phone_idempotency_keys => ['main', ['0', '10000'], between(0, 10000)],
    (map { $_ => ['main', ['0', '1000000000'], between(0, 1000000000)] }
         qw(phone_pay_card_day_times phone_pay_card_declined phone_pay_payer_day_times phone_merchant_day_bills phone_bill_day phone_bill_day_payer phone_bill_handed_day phone_bill_texts phone_bill_texts_day phone_bill_merchant_texts
            phone_bill_merchant_texts_day phone_mail_hour phone_mail_day phone_mail_day_bytes phone_mail_pictures)),
    (map { $_ => ['main', ['0', '100000'], between(0, 100000)] }
         qw(phone_sms_sender_day phone_sms_merchant_day phone_sms_number_day phone_sms_prefix_hour)),
    (map { $_ => ['main', ['0', '60000'], between(0, 60000)] } qw(phone_keyword_number_day phone_keyword_merchant_day)),
    phone_sms_day => ['main', ['0', '100000000'], between(0, 100000000)],
    phone_sms_countries => ['main', ['CN HK', 'all'],
        [(map { [$_, qr/needs "all" or countries of two capital letters, as in ISO 3166/] } 'cn', 'China', 'XX', 'CN all', '+86'),
         [join(' ', ('CN') x 65), qr/takes 64 countries at most/]]],
    phone_sms_numbers => ['main', ['home', 'international'],
        [map { [$_, qr/must be "home" or "international"/] } 'national', 'International']],
    phone_mail_invite => ['main', ['1h', '7d'],
        [@$time, ['59m', qr/must be between 3600s and 604800s/], ['8d', qr/must be between 3600s and 604800s/]]],
    phone_mail_picture => ['main', ['1k', '7m'],
        [['1023', qr/must be between 1024 and 7340032/], ['7169k', qr/must be between 1024 and 7340032/], ['x', qr/invalid value/]]],
    phone_mail_invites => ['main', ['0', '1000000000'], between(0, 1000000000)],
    phone_zoneinfo => ['main', ['/usr/share/zoneinfo', 'zones'], []],   # t/flow/mail-invite.t
    phone_mail_box => ['main', ['10', '1000000'], between(10, 1000000)],
    phone_mail_unclaimed => ['main', ['1d', '3650d'],
        [@$time, ['23h', qr/must be between 86400s and 315360000s/], ['3651d', qr/must be between 86400s and 315360000s/]]],
    phone_clock_skew => ['main', ['30s'], $hour],
    phone_live_open => ['main', ['25s', '1h'], [@$hour, ['24s', qr/"phone_live_open" is shorter than five times "phone_clock_bound"/]]],
    phone_clock_bound => ['main', ['1s', '9s'], [@$hour, ['10s', qr/"phone_live_open" is shorter than five times "phone_clock_bound"/]]],
    phone_lease => ['main', ['1m'], $hour],
    phone_archive_after => ['main', ['0', '1s', '3650d'], [['3651d', qr/must be between 0s and 315360000s/], ['x', qr/invalid value/]]],
    phone_statement_zone => ['main', ['-03:30', '+00:00'],
        [map { [$_, qr/needs hours and minutes ahead of UTC/] } '8', '+8:00', '+14:01', '-00:00', 'Asia/Shanghai', '']],
    phone_notice_kept => ['main', ['1h', '31d'],
        [@$time, ['0', qr/must be between 1s and 2678400s/], ['32d', qr/must be between 1s and 2678400s/]]],
);

is join(' ', sort keys %table), join(' ', sort keys %known), 'every directive is in the table';

# A location that uses the store needs more than the directive.

my $needs = qr/"\w+" is missing: a location with phone endpoints needs it|there is no way to send "bank"/;

for my $name (sort keys %table) {
    my ($contexts, $good, $bad) = @{ $table{$name} };
    my %allowed = map { $_ => 1 } split ' ', $contexts;
    my ($where) = split ' ', $contexts;
    my @wrong;

    my $quoted = sub { defined $_[0] && $_[0] eq '' && !grep({ $_ eq '' } @$good) ? '""' : $_[0] };

    for my $value (@$good) {
        my $said = says($where, "$name $value;");
        push @wrong, "takes \"$value\": $said" if $said ne '' && $said !~ $needs;
    }

    for (@$bad) {
        my ($value, $want) = @$_;
        my $said = says($where, "$name " . $quoted->($value) . ';');
        push @wrong, "refuses \"$value\": $said" if $said !~ $want || $said !~ /$name/ && $said !~ m{$dir|/nowhere|in "};
    }

    my $value = @$good ? $good->[0] : 'unix:/nowhere.sock';
    my $said = says($where, "$name $value; $name $value;");
    push @wrong, "twice: $said"
        if $said !~ /"$name" directive is duplicate/ && $name !~ /^phone_(?:fetch_allow|platform_key|bank)$/;

    for my $other (grep { !$allowed{$_} } sort keys %place) {
        $said = says($other, "$name $value;");
        push @wrong, "in $other: $said" if $said !~ /"$name" directive is not allowed here/;
    }

    $said = says($where, "$name a b c;");
    push @wrong, "three arguments: $said"
        if $said !~ /invalid number of arguments in "$name"/ && $name !~ /_(?:redis|allow|notify|schedule|key|gateway|countries)$/;

    is "@wrong", '', $name or diag join "\n", @wrong;
}

done_testing;
