package Phone::World;

# Declarative suites of the product: Test::Nginx, with the shipped configuration
# and a store in which people and merchants are already.
#
#   use lib 't/lib';
#   use Phone::World;
#
#   run_tests();
#
#   __DATA__
#
#   === TEST 1: a bill that is not one's own
#   --- session: wang
#   --- request
#   GET /pay/bills/$TEST_NGINX_BILL
#   --- error_code: 404
#   --- response_body_like: "code":"BILL_NOT_FOUND"
#
# Each block begins with the same store.  In it are:
#
#   tea, cake        merchants; cake signs with MD5withRSA; "closed" is closed
#   li, wang         people with a password and a PIN, logged in
#   zhao             a person without a PIN, logged in
#   qian             a person who has nothing, logged in
#   sun              a person with a PIN, logged in by a code, who has just
#                    chosen a password
#   zhou             a person logged in by a code, who has just reset the PIN
#   wu               a person with a password and a PIN, logged in, to whom
#                    zhao hands bills on
#   sui              a person with a password and a PIN, logged in, and a card
#                    of "citybank", which nobody asks
#   feng             the same, whose phone has a key of AES-256-GCM
#   gong             the same of 3DES
#
#   $TEST_NGINX_BILL           an open bill of tea's for li: T1, CNY 1.00, made
#                              with the nonce "nonce-T1"
#   $TEST_NGINX_BILL_DEAR      another one, more than li has: T2
#   $TEST_NGINX_BILL_PAID      another one, paid by li: T3
#   $TEST_NGINX_BILL_WANG      an open bill of cake's for wang: C1
#   $TEST_NGINX_BILL_ZHAO      one of tea's for zhao: T4
#   $TEST_NGINX_BILL_FENG      one of tea's for feng: E1
#   $TEST_NGINX_BILL_GONG      one of tea's for gong: E2
#   $TEST_NGINX_BILL_CLOSED    one of closed's for li: D1
#   $TEST_NGINX_BILL_LATE      one of tea's for li that has expired: T5
#   $TEST_NGINX_BILL_HANDED    one of zhao's that he has handed on to wu: T6
#   $TEST_NGINX_BILL_OFFERED   the same, as wu has it
#   $TEST_NGINX_BILL_ACCEPTED  another one, which wu has accepted: T7
#   $TEST_NGINX_BILL_ACCEPTED_FIRST, $TEST_NGINX_BILL_DECLINED_FIRST
#                              these two, as zhao had them
#   $TEST_NGINX_BILL_DECLINED  another one, which wu has declined: T8
#   $TEST_NGINX_BILL_BACK      the same, as zhao has it again
#   $TEST_NGINX_BILL_RECALLED  another one, which zhao has taken back: T13
#   $TEST_NGINX_BILL_SUI       an open bill of tea's for sui: T11
#   $TEST_NGINX_BILL_PAYING    another one, for which citybank is asked: T12
#   $TEST_NGINX_PAYMENT        its payment; $TEST_NGINX_PAYMENT_KEY is the key
#                              of that, $TEST_NGINX_UNCLEAR_KEY of the list of
#                              its bucket, $TEST_NGINX_BALANCES_SUI of the
#                              balances there
#   $TEST_NGINX_MAIL           a mail of li's that wang has not read, in the
#                              mailbox of wang
#   $TEST_NGINX_MAIL_OUT       the same, in li's
#   $TEST_NGINX_COOKIE_LI, $TEST_NGINX_COOKIE_WANG
#                              their cookies, for several requests
#   $TEST_NGINX_BEFORE         "next_before" of li's newest bill
#   $TEST_NGINX_CARD           a card of li's with CNY 1000.00
#   $TEST_NGINX_CARD_USD       one with USD 1000.00
#   $TEST_NGINX_CARD_WANG      one of wang's
#   $TEST_NGINX_CARD_ZHAO      one of zhao's
#   $TEST_NGINX_CARD_WU        one of wu's
#   $TEST_NGINX_CARD_SUI       one of sui's
#   $TEST_NGINX_CARD_BANK      one of sui's, of citybank
#   $TEST_NGINX_CARD_FENG      one of feng's
#   $TEST_NGINX_CARD_GONG      one of gong's
#   $TEST_NGINX_ONCE           what feng's phone has asked for its key with
#   $TEST_NGINX_ONCE_GONG      gong's
#   $TEST_NGINX_CARD_UNBOUND   one that li has not bound, CNY 1000.00; its
#                              number is $TEST_NGINX_CARD_NO, its proof
#                              $TEST_NGINX_PROOF
#   $TEST_NGINX_CONTACT        a contact of li's with +8613911110001 and
#                              +8613911110002: Anna
#   $TEST_NGINX_CONTACT_ZHAO   one of zhao's
#   $TEST_NGINX_IMPORT         an import of zhao's, which runs;
#                              $TEST_NGINX_IMPORT_DRY is a dry run of qian's
#   $TEST_NGINX_TOMORROW       a day that is not over
#   $TEST_NGINX_SLOT           the session of li
#   $TEST_NGINX_HALF_AN_HOUR_AGO, $TEST_NGINX_IN_30_DAYS
#   $TEST_NGINX_PLATFORM       the file of the platform's public key
#   $TEST_NGINX_PLATFORM_FAST  that of its Ed25519 key
#   $TEST_NGINX_SECRET         that of the secret of "mac"
#   $TEST_NGINX_KEY            a public key that no merchant has, for a form
#   $TEST_NGINX_KEY_TEA        tea's
#   $TEST_NGINX_KEY_SMALL      one of 1024 bits
#   $TEST_NGINX_PIN            the PIN of all
#   $TEST_NGINX_PASSWORD       the password of all
#
# Sections besides those of Test::Nginx and of Phone::Test:
#
#   --- session: li            the cookie of li
#   --- operator               the operator's token
#   --- signed: tea            the body gets the fields of a merchant's call and
#                              is signed; what is given there stands
#                              (--- signed: tea timestamp=1); by "platform" it
#                              is a notice to tea; by "till" it is a call of
#                              tea's terminal T1, with its own key.  T3 had
#                              the key of "till_old", it has that of "till_new"
#   --- sealed: feng pin=1     these fields come in an envelope of feng's phone,
#                              the same in each request of the block
#   --- envelope: suite=1      what else is sealed than that: suite, time (from
#                              now), number, service, bill_id; mac, secure (what
#                              is sent)
#   --- after_signing: a=b     fields that are put in behind the signature or
#                              beside the envelope
#   --- upload: text           a file "file", as a part of a form, with "^" for
#                              the ends of its lines; its hash is signed
#   --- store_changes          the reply is an error, the store changes even so
#   --- texts: +8613800000001  a text goes to that number, and no other after
#                              the last request (and "--- no_texts")
#   --- text_like: regex       what it says
#   --- store_away             there is no Redis
#   --- conf                   text for http { }; a directive in it replaces
#                              that of the shipped files
#   --- server                 text for server { }, likewise
#   --- without: phone_blobs   that directive is left out
#
# A block without "config" gets the shipped locations; events are left alone
# (phone_pump off).  A body of a form or of JSON gets its Content-Type.  Of each
# block is tested, besides what it asks for:
#
# - the reply is one that docs/openapi.json has
# - a signed call has a signed answer, if it was accepted
# - an error has changed nothing in the store but the nonce of a signed call

use strict;
use warnings;

use Cpanel::JSON::XS ();
use POSIX ();

use Phone::Test -Base;
use Digest::SHA ();
use Time::HiRes ();
use MIME::Base64 ();

use Phone::Env ();
use Phone::Envelope ();
use Phone::Flow ();
use Phone::OpenApi ();
use Phone::Product ();
use Phone::Redis ();
use Phone::Sign;
use Phone::Toys ();

my $json = Cpanel::JSON::XS->new->utf8->canonical;

# what "the store" is: not the witness that each worker writes
my $own = qr/^phone:(?:store|witness)/;

# A restored record is then the same to the byte.
redis(args => ['--hash-max-listpack-value', 100000]);

worker_connections(8192);

# Twenty passwords are hashed before the first block, and none of the blocks is
# about what that costs.  (A sanitizer must be the first library.)
my $quick = Phone::Env::temp_dir() . '/quick_scrypt.so';

if (Phone::Env::build() ne 'asan') {
    system('gcc', '-shared', '-fPIC', '-o', $quick,
           Phone::Env::top() . '/t/lib/quick_scrypt.c', '-lcrypto') == 0
        or die "gcc has failed\n";
    $ENV{TEST_NGINX_LD_PRELOAD} = $quick;
}

my (%shop, %person, %image, $product, $platform);


# The world, made by the product itself, through the calls that make it for
# anybody.

sub make_world() {
    my $p = $product = Phone::Product->new(
        redis => 0, stopped => 1, workers => 1,
        store => 'unix:' . redis()->socket . ' connect_timeout=10s',
        http => "phone_pump off;\n"
              . "phone_platform_key ed25519.key e1;\n",
    );

    $p->{redis} = redis();
    $p->write('citybank.secret', "the secret of the bank of the city\n", 0600);
    $p->configure(http => "$p->{http}phone_bank citybank "
                          . $p->dir . "/citybank.secret;\n"
                          . "phone_fetch_location bank /bank;\n");
    {
        local $ENV{LD_PRELOAD} = $ENV{TEST_NGINX_LD_PRELOAD} // '';
        $p->start;
    }
    $platform = $p->{platform}{public};

    # texts go out for these two, then nothing does any more
    my $conf = $p->{http};
    $p->configure(http => $conf =~ s/phone_pump off;//r);
    $p->reload(wait => 1);
    $person{sun} = by_code($p, '13500000005');
    $person{zhou} = by_code($p, '13400000006');
    my ($account) = $p->redis->keys('phone:*:account:+8613400000006');
    $p->redis->command('HDEL', $account, 'password_at');
    change($p, $person{sun}, '/password', password => 'a-quiet-valley');
    change($p, $person{zhou}, '/pay/pin/forgotten', pin => '314159',
           password => Phone::Product::PASSWORD);
    $p->configure(http => $conf);
    $p->reload(wait => 1);

    # nobody has tried anything yet
    my @counts = map { $p->redis->keys("phone:*:$_*") }
                 qw(tries days known_tries known_days);
    $p->redis->command('DEL', @counts);

    $shop{tea} = $p->shop('tea');
    $shop{cake} = $p->shop('cake', sign_type => 'MD5withRSA', key => 'cake');
    $shop{fast} = $p->shop('fast', sign_type => 'Ed25519');
    $shop{mac} = $p->shop('mac', sign_type => 'HMAC-SHA256');
    $shop{platform_fast} = Phone::Sign->new(
        merchant_id => 'fast', key_id => 'e1', sign_type => 'Ed25519',
        key => $p->{platform_ed25519});
    $shop{platform_mac} = Phone::Sign->new(
        merchant_id => 'mac', key_id => 'k1', sign_type => 'HMAC-SHA256',
        secret => $shop{mac}{secret});
    $shop{confused} = Phone::Sign->new(
        merchant_id => 'tea', key_id => 'k1', sign_type => 'HMAC-SHA256',
        secret => Phone::Env::slurp($shop{tea}{key}{public}));
    $shop{platform_confused} = Phone::Sign->new(
        merchant_id => 'tea', key_id => 'p1', sign_type => 'HMAC-SHA256',
        secret => Phone::Env::slurp($platform));
    $shop{closed} = $p->shop('closed');
    $p->operator('merchants/tea/keywords', keyword => 'Pizza');

    $shop{till} = till($p, 'T1');
    $shop{till_closed} = till($p, 'T2', status => 'CLOSED');
    $shop{till_old} = till($p, 'T3');
    $shop{till_new} = till($p, 'T3', key_id => 'k2', key => 'till2',
                           retire_others_in => 0);
    $shop{platform} = Phone::Sign->new(merchant_id => 'tea', key_id => 'p1',
                                       key => $p->{platform});

    $person{li} = $p->payer('13800000001', 100000);
    $person{wang} = $p->payer('13900000002', 100000);
    $person{wu} = $p->payer('13300000007', 100000);
    $person{sui} = $p->payer('13000000010', 100000);
    $person{zhao} = { phone => '13700000003' };
    $person{qian} = { phone => '13600000004' };

    $person{feng} = sealing($p, '13200000008', 2);
    $person{gong} = sealing($p, '13100000009', 1);
    name(ONCE => $person{feng}{once});
    name(ONCE_GONG => $person{gong}{once});

    for my $person (@person{qw(zhao qian)}) {
        $p->operator('accounts', phone => $person->{phone},
                     password => Phone::Product::PASSWORD);
        $p->login($person);
    }

    name(HALF_AN_HOUR_AGO => time - 1800);
    name(TOMORROW => POSIX::strftime('%Y-%m-%d', gmtime time + 86400));
    name(IN_30_DAYS =>
         POSIX::strftime('%Y-%m-%d', gmtime time + 30 * 86400));
    name(PLATFORM => $platform);
    name(PLATFORM_FAST => $p->{platform_ed25519}{public});
    $p->write('platform.pub', Phone::Env::slurp($platform), 0600);
    $p->write('open.secret', "$shop{mac}{secret}\n", 0644);
    $p->write('short.secret', "0123456789abcdef\n", 0600);
    $p->write('mac.secret', "$shop{mac}{secret}\n", 0600);
    name(SECRET => $p->dir . '/mac.secret');
    name(KEY_FAST => pem('spare', 'ed25519'));
    name(KEY => pem('spare'));
    name(KEY_TEA => pem('shop'));
    name(KEY_SMALL => pem('small', 1024));
    name(PASSWORD => Phone::Product::PASSWORD);
    name(PIN => Phone::Product::PIN);
    name(CARD => $person{li}{cards}[0]);
    name(CARD_WANG => $person{wang}{cards}[0]);
    name(CARD_WU => $person{wu}{cards}[0]);
    name(CARD_USD => $p->operator('bank-cards', currency => 'USD',
        phone => $person{li}{phone}, card_no => $p->card_no,
        balance => 100000)->{card_id});

    name(CARD_ZHAO => $p->operator('bank-cards',
        phone => $person{zhao}{phone}, card_no => $p->card_no,
        balance => 100000)->{card_id});

    name(CARD_NO => $p->card_no);
    name(PROOF => '271934');
    name(CARD_UNBOUND => $p->operator('bank-cards', balance => 100000,
        phone => $person{li}{phone}, card_no => $ENV{TEST_NGINX_CARD_NO},
        proof => $ENV{TEST_NGINX_PROOF})->{card_id});

    name(BILL_LATE => bill('tea', 'T5', 'li', 100, expires_in => 1));
    my $expired = Time::HiRes::time() + 1;
    name(BILL_CLOSED => bill('closed', 'D1', 'li', 100));
    name(BILL => bill('tea', 'T1', 'li', 100));
    name(BILL_DEAR => bill('tea', 'T2', 'li', 100001));
    name(BILL_PAID => bill('tea', 'T3', 'li', 100));
    name(BILL_ZHAO => bill('tea', 'T4', 'zhao', 100));
    name(BILL_WANG => bill('cake', 'C1', 'wang', 100));

    name(BILL_FENG => bill('tea', 'E1', 'feng', 100));
    name(BILL_GONG => bill('tea', 'E2', 'gong', 100));
    name(CARD_FENG => $person{feng}{cards}[0]);
    name(CARD_GONG => $person{gong}{cards}[0]);

    name(BILL_RECALLED_FIRST => bill('tea', 'T13', 'zhao', 100));
    name(BILL_RECALLED => handed($ENV{TEST_NGINX_BILL_RECALLED_FIRST}));
    hand($ENV{TEST_NGINX_BILL_RECALLED_FIRST}, 'recall', 'zhao');
    name(BILL_HANDED => bill('tea', 'T6', 'zhao', 100));
    name(BILL_OFFERED => handed($ENV{TEST_NGINX_BILL_HANDED}));
    name(BILL_ACCEPTED_FIRST => bill('tea', 'T7', 'zhao', 100));
    name(BILL_ACCEPTED => handed($ENV{TEST_NGINX_BILL_ACCEPTED_FIRST}));
    hand($ENV{TEST_NGINX_BILL_ACCEPTED}, 'accept', 'wu', tell_merchant => 1);
    name(BILL_DECLINED_FIRST => bill('tea', 'T8', 'zhao', 100));
    name(BILL_DECLINED => handed($ENV{TEST_NGINX_BILL_DECLINED_FIRST}));
    hand($ENV{TEST_NGINX_BILL_DECLINED}, 'decline', 'wu');
    name(BILL_BACK => newest('zhao'));

    my $paid = $p->pay($person{li}, $ENV{TEST_NGINX_BILL_PAID},
                       $ENV{TEST_NGINX_CARD}, pay_id => 'p1');
    die "pay: $paid->{content}\n" if $paid->{status} != 200;

    my $sessions = $p->get('/sessions', cookie => $person{li}{cookie})->{json};
    name(SLOT => $sessions->{sessions}[0]{slot});

    my $page = $p->get('/pay/bills?limit=1', cookie => $person{li}{cookie});
    name(BEFORE => $page->{json}{next_before});

    name("COOKIE_\U$_" => $person{$_}{cookie}) for qw(li wang);
    name(MAIL_OUT => mail('li', 'wang', 'Hello, Wang'));
    name(MAIL => newest_mail('wang'));

    name(CARD_SUI => $person{sui}{cards}[0]);
    name(CARD_BANK => $p->operator('bank-cards', bank => 'citybank',
        phone => $person{sui}{phone}, card_no => $p->card_no,
        balance => 0)->{card_id});
    name(BILL_SUI => bill('tea', 'T11', 'sui', 100));
    name(BILL_PAYING => bill('tea', 'T12', 'sui', 100));

    my $paying = $p->pay($person{sui}, $ENV{TEST_NGINX_BILL_PAYING},
                         $ENV{TEST_NGINX_CARD_BANK}, pay_id => 'p10');
    die "pay: $paying->{content}\n" if !$paying->{json}{payment};

    my ($bucket) = $ENV{TEST_NGINX_BILL_PAYING} =~ /^(\d{3})/;
    name(PAYMENT => $p->redis->hash(
        "phone:{$bucket}:bill:$ENV{TEST_NGINX_BILL_PAYING}")->{next});
    name(PAYMENT_KEY => "phone:{$bucket}:payment:$ENV{TEST_NGINX_PAYMENT}");
    name(UNCLEAR_KEY => "phone:{$bucket}:unclear");

    my ($tea) = grep { /:merchant:tea$/ } $p->redis->keys;
    name(STATED_TEA => $tea =~ s/:merchant:/:stated:/r);
    name(BALANCES_SUI => "phone:{$bucket}:balances");

    name(CONTACT => contact('li', 'Anna', '+8613911110001',
                            '+8613911110002'));
    name(CONTACT_ZHAO => contact('zhao', 'Bert', '+8613911110001'));
    name(IMPORT => import_contacts('zhao', ''));
    name(IMPORT_DRY => import_contacts('qian', '?dry_run=1'));

    forget_pushes();
    stated_days();

    $p->operator('merchants/closed', status => 'CLOSED');

    $p->write('gateway.token', "gateway-token-for-tests\n", 0600);
    name(GATEWAY => $p->dir . '/gateway.token');

    Time::HiRes::sleep(0.01) while Time::HiRes::time() <= $expired;

    $p->{redis} = undef;
    Phone::Flow::end_flows();

    $ENV{TEST_NGINX_CONF} = $p->dir;
    %image = image();
}

# Somebody with a password and a PIN whose session was opened by a code.

sub by_code() {
    my ($p, $phone) = @_;

    my $person = { phone => $phone };
    $p->operator('accounts', phone => $phone,
                 password => Phone::Product::PASSWORD);
    $p->ask_code($person);
    $p->login($person, $p->code("+86$phone"));
    change($p, $person, '/pay/pin', pin => Phone::Product::PIN);

    return $person;
}

# A number whose phone has the key of its session.

sub sealing() {
    my ($p, $phone, $suite) = @_;

    my $person = $p->payer($phone, 100000);
    $person->{once} = "once-of-the-phone-$phone";
    my $reply = $p->post('/me/envelope',
                         { suite => $suite, once => $person->{once},
                           pin => Phone::Product::PIN },
                         cookie => $person->{cookie});
    die "/me/envelope: $reply->{content}\n" if $reply->{status} != 200;
    $person->{envelope} = { %{ $reply->{json} }, number => "+86$phone" };

    return $person;
}

sub change() {
    my ($p, $person, $path, %form) = @_;

    my $reply = $p->post($path, \%form, cookie => $person->{cookie});
    die "$path: $reply->{content}\n" if $reply->{status} != 200;
}

# In the phonebook of somebody; and a file that is imported, which is not done
# while no events run.

sub contact() {
    my ($person, $name, @numbers) = @_;

    my $reply = $product->post('/mail/contacts',
        { name => $name, numbers => [map { { number => $_ } } @numbers] },
        cookie => $person{$person}{cookie});
    die "contact: $reply->{content}\n" if $reply->{status} != 200;

    return $reply->{json}{contact_id};
}

sub import_contacts() {
    my ($person, $query) = @_;

    my $reply = $product->post("/mail/contacts/import$query",
        "Name,Phone\nCarl,13911110003",
        headers => { 'Content-Type' => 'text/csv' },
        cookie => $person{$person}{cookie});
    die "import: $reply->{content}\n" if $reply->{status} != 200;

    return $reply->{json}{job_id};
}

# A terminal of tea's, with a key of its own.

sub till() {
    my ($p, $id, %option) = @_;

    my $key = Phone::Sign::key(delete $option{key} || 'till');
    $p->operator('merchants/tea/terminals', terminal_id => $id,
                 public_key => Phone::Env::slurp($key->{public}), %option);

    return Phone::Sign->new(merchant_id => 'tea', key => $key,
                            key_id => $option{key_id});
}

sub name() {
    my ($name, $value) = @_;

    die "no $name\n" unless defined $value;
    $ENV{"TEST_NGINX_$name"} = $value;
}

# A public key as one word of a form.

sub pem() {
    my $text = Phone::Env::slurp(Phone::Sign::key(@_)->{public});

    $text =~ s/-----[A-Z ]+-----|\s//g;
    return $text =~ s/\+/%2B/gr;
}

sub bill() {
    my ($shop, $order, $person, $amount, %more) = @_;

    my $reply = $product->bill($shop{$shop}, out_trade_no => $order,
        payer_phone => $person{$person}{phone}, amount => $amount,
        subject => 'tea', nonce => "nonce-$order",
        %more);
    die "bill: $reply->{content}\n" if $reply->{status} != 200;

    return $reply->{json}{bill_id};
}


# No block gets texts about the world's own bills.

sub forget_pushes() {
    for my $due (grep { /:due\z/ } redis()->keys) {
        my @pushes = grep { /^bill\.push / }
                     @{ redis()->command('ZRANGE', $due, 0, -1) };

        redis()->command('ZREM', $due, @pushes) if @pushes;
    }
}


# Days of tea's: of the first there is a statement, of the second a file that is
# being compared.

sub stated_days() {
    my ($merchant) = grep { /:merchant:tea\z/ } redis()->keys;
    (my $bucket = $merchant) =~ s/merchant:tea\z//;
    my $sha256 = Digest::SHA::sha256_hex('a statement');

    redis()->command('HSET', "${bucket}statement:tea:2026-01-01", 'v', 'x',
                     'file', $sha256);
    redis()->command('HSET', "${bucket}reconcile:tea:2026-01-02", 'v', 'x',
                     'file', $sha256, 'job', substr($bucket, 7, 3)
                                             . '-01HQVN11S0X4BVD2QR9GQ82KTS');
}


# A bill of zhao's goes to wu; what becomes of it.

sub handed() {
    hand(shift, 'delegate', 'zhao', phone => $person{wu}{phone});
    return newest('wu');
}

sub hand() {
    my ($bill_id, $call, $person, %field) = @_;

    my $reply = $product->post("/pay/bills/$bill_id/$call", \%field,
                               cookie => $person{$person}{cookie});
    die "$call: $reply->{content}\n" if $reply->{status} != 200;
}

# Somebody writes to somebody.

sub mail() {
    my ($from, $to, $text) = @_;

    my $reply = $product->post('/mail', { to => [$person{$to}{phone}],
                                          text => $text },
                               cookie => $person{$from}{cookie});
    die "mail: $reply->{content}\n" if $reply->{status} != 200;

    return $reply->{json}{mail_id};
}

sub newest_mail() {
    my ($person) = @_;

    return $product->get('/mail?limit=1', cookie => $person{$person}{cookie})
        ->{json}{mail}[0]{mail_id};
}

sub newest() {
    return $product->bills($person{ shift() })->[0]{bill_id};
}


# The store as it is: key => [when it ends, what DUMP says].

sub image() {
    my %image;

    for my $key (grep { $_ !~ $own } redis()->keys) {
        my $end = redis()->command('PEXPIRETIME', $key);
        my $dump = redis()->command('DUMP', $key);

        # it may have ended since it was listed
        $image{$key} = [$end, $dump] if defined $dump;
    }

    return %image;
}

fill_store(sub {
    $product->write('sms.log', '');

    for my $key (keys %image) {
        my ($end, $dump) = @{ $image{$key} };

        redis()->command('RESTORE', $key, $end > 0 ? $end : 0, $dump,
                         'REPLACE', 'ABSTTL');
    }

    # each block may have secrets and keys of its own

    redis()->command('HDEL', 'phone:store', $_)
        for grep { /^(?:secret|key:)/ } keys %{ redis()->hash('phone:store') };
});


my $shipped = <<'END';
    phone_pump off;
    resolver 127.0.0.1:9;
    limit_req_zone $binary_remote_addr zone=login:1m rate=1000r/s;
    limit_req_zone $binary_remote_addr zone=pay:1m rate=1000r/s;
    limit_req_zone $binary_remote_addr zone=mail:1m rate=1000r/s;
    limit_conn_zone $binary_remote_addr zone=address:1m;
    limit_conn_zone $binary_remote_addr zone=file:1m;
    limit_conn_zone $server_name zone=files:64k;
    limit_conn_zone $server_name zone=imports:64k;
    map $http_content_type $with_file {
        "" "";
        "~*^application/(?:json|x-www-form-urlencoded) *(?:;|$)" "";
        default 1;
    }
    limit_conn_zone $with_file zone=picture:1m;
    limit_conn_zone $with_file zone=pictures:64k;
END

my $locations = join '', map { "    include \$TEST_NGINX_CONF/$_.conf;\n" }
                         qw(session bill mail live operator status);
$locations .= Phone::Toys::locations();

# (Test::Nginx runs the preprocessor that was added last before the others.)

add_block_preprocessor(sub {
    my ($block) = @_;

    make_world() unless %image;

    if (!defined $block->config) {
        $block->set_value(config =>
            $locations . (defined $block->server ? $block->server : ''));
        $block->set_value(http_config => http($block));
    }

    if (defined $block->request) {
        my @request = map { completed($block, $_) }
                      ref $block->request ? @{ $block->request }
                                          : $block->request;
        $block->set_value(request => @request > 1 ? \@request : $request[0]);
    }

    headers($block);

    for my $section (qw(response_body_like response_body_unlike)) {
        my $text = $block->$section;
        $block->set_value($section => expand($text))
            if defined $text && !ref $text;
    }
});


# The shipped text; what a block sets itself is not in it.

sub http() {
    my ($block) = @_;

    my $text = join '', $shipped,
        "    phone_platform_key \$TEST_NGINX_CONF/ed25519.key e1;\n",
        map { Phone::Env::slurp($product->dir . "/$_.conf") } qw(phone fetch);
    my $own = defined $block->conf ? $block->conf : '';

    $own .= "    phone_redis unix:/nonexistent/redis.sock;\n"
        if defined $block->store_away;

    for my $name ($own =~ /^\s*(phone_\w+)/gm, $block->without || ()) {
        $text =~ s/(?:^|;\K)\s*$name\s[^;]*;//mg;
    }

    return $text . $own;
}


# The request, with the fields of a merchant's call when it is signed.

sub completed() {
    my ($block, $request) = @_;

    my ($line, $body) = split /\n/, expand($request), 2;
    $body = '' unless defined $body;
    $body =~ s/\n\z//;

    if (defined $block->signed) {
        my ($shop, @given) = split ' ', expand($block->signed);
        my $is_json = $body =~ /^\{/;
        my %field = fields($body);

        my $service = Phone::OpenApi::service((split ' ', $line)[1]);

        $field{file} = Digest::SHA::sha256_hex(uploaded($block)),
        $field{'file.type'} = 'text/csv', $field{'file.name'} = 'a.csv'
            if defined $block->upload;

        %field = $shop{$shop}->sign(
            (defined $service ? (service => $service) : ()), %field,
            map { /^([^=]+)=(.*)/s } @given);
        %field = (%field, form(expand($block->after_signing)))
            if defined $block->after_signing;

        $body = defined $block->upload ? multipart($block, %field)
              : $is_json ? $json->encode(\%field) : encoded(%field);
    }

    $body = sealed($block, (split ' ', $line)[1], $body)
        if defined $block->sealed;

    return length $body ? "$line\n$body" : $line;
}

sub uploaded() {
    my ($block) = @_;
    return word($block->upload) =~ tr/^/\n/r;
}

sub multipart() {
    my ($block, %field) = @_;
    delete @field{'file', 'file.type', 'file.name'};

    return join '', (map { "--XX\r\nContent-Disposition: form-data; "
                           . "name=\"$_\"\r\n\r\n$field{$_}\r\n" }
                     sort keys %field),
        '--XX' . "\r\n" . 'Content-Disposition: form-data; name="file"; '
        . 'filename="a.csv"' . "\r\nContent-Type: text/csv\r\n\r\n"
        . uploaded($block) . "\r\n--XX--\r\n";
}

sub sealed() {
    my ($block, $path, $body) = @_;

    my ($who, @inside) = split ' ', expand($block->sealed);
    my $odd = defined $block->envelope ? expand($block->envelope) : '';
    my %o = map { /^([^=]+)=(.*)/s } split ' ', $odd;
    my $key = $person{$who}{envelope};
    my $is_json = $body =~ /^\{/;
    my %field = fields($body);
    my $suite = $o{suite} || $key->{key_suite};
    my ($bill) = $path =~ m{/bills/([^/]+)/};

    my %sent = Phone::Envelope::seal_fields(
        suite => $suite, key => MIME::Base64::decode_base64($key->{key}),
        key_id => $key->{key_id}, time => time + ($o{time} || 0),
        number => $o{number} || $key->{number},
        service => $o{service} || Phone::OpenApi::service($path),
        iv => substr(Digest::SHA::sha256($block->name), 0,
                     $suite == 1 ? 8 : 12),
        outside => { %field,
                     ($bill ? (bill_id => $o{bill_id} || $bill) : ()) },
        inside => { map { /^([^=]+)=(.*)/s } @inside });

    defined $o{$_} and $sent{$_} = $o{$_} for qw(secure mac);
    %field = (%field, %sent,
              defined $block->after_signing
              ? form(expand($block->after_signing)) : ());

    return $is_json ? $json->encode(\%field) : encoded(%field);
}

sub headers() {
    my ($block) = @_;

    my $more = $block->more_headers;

    if (ref $more) {        # of each of several requests: their types as well
        my $own = defined $block->session
                  ? "Cookie: $person{ word($block->session) }{cookie}\n" : '';
        $block->set_value(more_headers => [map { $own . expand($_) } @$more]);
        return;
    }

    $more = defined $more ? expand($more) : '';
    my ($first) = ref $block->request ? @{ $block->request } : $block->request;
    my (undef, $body) = split /\n/, defined $first ? $first : '', 2;
    my @head;

    push @head, 'Content-Type: application/'
                . ($body =~ /^\{/ ? 'json' : 'x-www-form-urlencoded')
        if defined $body && $more !~ /^Content-Type:/mi;
    push @head, "Cookie: $person{ word($block->session) }{cookie}"
        if defined $block->session;
    push @head, 'Authorization: Bearer operator-token-for-tests'
        if defined $block->operator;

    $block->set_value(more_headers => join "\n", @head, $more)
        if @head || length $more;
}

sub word() {
    my ($text) = @_;
    return ($text =~ /(\S+)/)[0];
}

sub expand() {
    my ($text) = @_;

    $text =~ s{\$(TEST_NGINX_\w+)}{
        defined $ENV{$1} ? $ENV{$1} : die "no $1\n"
    }ge;
    return $text;
}

sub fields() {
    my ($body) = @_;
    return $body =~ /^\{/ ? %{ $json->decode($body) } : form($body);
}

sub form() {
    my ($text) = @_;

    my %form;

    for (split /[&\n]/, $text) {
        my ($name, $value) = split /=/, $_, 2;
        $value = '' unless defined $value;
        tr/+/ / , s/%([0-9A-Fa-f]{2})/chr hex $1/ge for $name, $value;
        $form{$name} = $value;
    }

    return %form;
}

# (HTTP::Tiny's own turns bytes that are not UTF-8 into some that are.)

sub encoded() {
    my %form = @_;

    s/([^A-Za-z0-9_.~-])/sprintf '%%%02X', ord $1/ge
        for my @pair = %form;

    my @fields;
    push @fields, join '=', splice @pair, 0, 2 while @pair;

    return join '&', @fields;
}


# What is tested of each reply

add_response_body_check(sub {
    my ($block, $body, $index, $repeated, $dry_run) = @_;

    return if $dry_run || !defined $block->request;

    my $name = $block->name;
    my $request = ref $block->request ? $block->request->[$index]
                                      : $block->request;
    my ($method, $path) = split ' ', $request;
    my $reply = eval { $json->decode($body) };

    texts($block)
        if !ref $block->request || $index == $#{ $block->request };

    return unless ref $reply eq 'HASH' && defined $reply->{code};

    my @odd = Phone::OpenApi::odd($method, $path, { json => $reply });
    Test::More::is("@odd", '', "$name - a reply of openapi.json");

    if ($reply->{code} eq 'OK') {
        my (undef, $sent) = split /\n/, $request, 2;

        Test::More::ok(Phone::Sign::check(verifier($reply), %$reply)
                       && Phone::Sign::answers($reply, { fields($sent) }),
                       "$name - the answer is signed")
            if $block->signed && $path ne '/pay/doctor';

    } elsif (!defined $block->store_changes) {
        my @changed = grep { !defined $block->signed || !/:nonce:/ } changed();

        Test::More::is("@changed", '', "$name - nothing is changed");
    }
});

sub verifier() {
    my ($reply) = @_;
    my $type = $reply->{sign_type} || '';

    return $type eq 'HMAC-SHA256' ? $shop{mac}{secret}
         : $type eq 'Ed25519' ? $ENV{TEST_NGINX_PLATFORM_FAST} : $platform;
}

# Texts go out a moment after the reply.

sub texts() {
    my ($block) = @_;

    my $to = defined $block->texts ? word($block->texts)
           : defined $block->no_texts ? '' : return;

    $to eq '' ? Time::HiRes::sleep(0.5)
              : Phone::Env::wait_for(sub { $product->sms($to) });

    my @sms = $product->sms;

    if (ref $block->request) {

        # one too many would come by now; those of the world's bills come as
        # well

        my $asked = join ' ', @{ $block->request };
        my $sms = sub {
            return grep { index($asked, substr $_->{to}, 3) >= 0 }
                   $product->sms;
        };

        Time::HiRes::sleep(0.5);
        @sms = $sms->();
    }

    Test::More::is(join(' ', map { $_->{to} } @sms), $to,
                   $block->name . ' - texts');

    if (defined $block->text_like) {
        my ($text, $like) = ($sms[-1]{text}, $block->text_like);

        chomp $like;
        utf8::encode($_) for grep { utf8::is_utf8($_) } $text, $like;
        Test::More::like($text, qr/$like/, $block->name . ' - what it says');
    }
}

# The keys that are not as they were.

sub changed() {
    my %now = image();

    my %all = (%image, %now);

    # a key may have come to its end meanwhile

    my $ms = 1000 * Time::HiRes::time();

    return grep {
        $now{$_} ? !$image{$_} || $now{$_}[1] ne $image{$_}[1]
                 : $image{$_}[0] < 0 || $image{$_}[0] > $ms
    } sort keys %all;
}

1;
