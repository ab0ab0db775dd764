package Phone::Product;

# The whole product for a flow test: nginx with the shipped capability files of
# conf/, a private Redis, and what a story needs: merchants, payers, cards.
#
#   use Phone::Product;                 brings Phone::Flow's names as well
#
#   my $p = Phone::Product->new;
#   my $shop = $p->shop('tea', notify_url => $merchant->url);
#   my $payer = $p->payer('13800000001', 100000, 500);      two cards
#   my $bill = $p->bill($shop, out_trade_no => 1, amount => 100,
#                       payer_phone => $payer->{phone})->{json};
#   my $reply = $p->pay($payer, $bill->{bill_id}, $payer->{cards}[0]);
#   $p->books_are_right;
#   done_testing;
#
# Options, besides those of Phone::Flow: http (text for the http block), store
# (the phone_redis server, instead of the flow's Redis), location (text for the
# server block), domain (bucket: what one script of the store may touch; the
# environment's PHONE_COMMIT_DOMAIN sets it for a whole suite), safe (only a
# Redis with an append-only file will do), html (the pages, instead of
# conf/html).

use strict;
use warnings;

use File::Basename ();
use Cpanel::JSON::XS ();

use Phone::Env qw(top slurp);
use Phone::Flow ();
use Phone::OpenApi ();
use Phone::Redis ();
use Phone::Sign;
use Phone::Toys ();

our @ISA = ('Phone::Flow');

use constant PIN => '271828';
use constant PASSWORD => 'tea-and-cake';

my $template = <<'END';
%%GLOBALS%%

%%MAIN%%

events { worker_connections %%CONNECTIONS%%; }

http {
    %%HTTP%%
    %%EXTRA%%

    phone_commit_domain %%DOMAIN%%;

    include %%DIR%%/phone.conf;
    include %%DIR%%/fetch.conf;
    phone_fetch_allow 127.0.0.0/8;

    %%RESOLVER%%
    limit_req_zone $binary_remote_addr zone=login:1m rate=1000r/s;
    limit_req_zone $binary_remote_addr zone=pay:1m rate=100000r/s;
    limit_req_zone $binary_remote_addr zone=mail:1m rate=100000r/s;
    limit_conn_zone $binary_remote_addr zone=address:1m;
    limit_conn_zone $binary_remote_addr zone=file:1m;
    limit_conn_zone $server_port zone=files:64k;
    limit_conn_zone $server_port zone=imports:64k;
    map $http_content_type $with_file {
        "" "";
        "~*^application/(?:json|x-www-form-urlencoded) *(?:;|$)" "";
        default 1;
    }
    limit_conn_zone $with_file zone=picture:1m;
    limit_conn_zone $with_file zone=pictures:64k;

    server {
        listen 127.0.0.1:%%PORT%%;

        include %%DIR%%/session.conf;
        include %%DIR%%/bill.conf;
        include %%DIR%%/mail.conf;
        include %%DIR%%/live.conf;
        include %%DIR%%/pages.conf;
        include %%DIR%%/merchant.conf;
        include %%DIR%%/operator.conf;
        include %%DIR%%/status.conf;

        %%LOCATION%%
    }
}
END


sub import {
    my $caller = caller;

    strict->import;
    warnings->import;

    no strict 'refs';

    for my $name (@Test::More::EXPORT) {
        next if $name eq 'done_testing' || $name =~ /^\$/;
        *{"${caller}::$name"} = \&{"Test::More::$name"};
    }

    *{"${caller}::done_testing"} = \&done_testing;
    *{"${caller}::wait_for"} = \&Phone::Env::wait_for;
    *{"${caller}::clear_of"} = \&Phone::Env::clear_of;
    *{"${caller}::patient"} = \&patient;
}


sub new {
    my ($class, %option) = @_;

    my $self = $class->SUPER::new(%option);

    $self->{http} = '' unless defined $self->{http};
    $self->{location} = '' unless defined $self->{location};
    $self->{main} = '' unless defined $self->{main};
    $self->{html} ||= top() . '/conf/html';
    # a Redis that a busy machine keeps waiting is not one that is away
    $self->{store} ||= 'unix:' . $self->redis->socket . ' connect_timeout=10s';
    $self->{store_id} ||= 'phone_store_id ' . Phone::Redis::STORE . ';'
                          . ($self->{safe} ? '' : ' phone_redis_unsafe on;');
    # hosts of one store share it
    $self->{blobs} ||= ($self->{store} =~ m{^unix:(/.+)/} ? $1 : $self->dir)
                       . '/blobs';
    $self->{domain} ||= $ENV{PHONE_COMMIT_DOMAIN} || 'store';
    $self->{platform} = Phone::Sign::key('platform');
    $self->{platform_ed25519} = Phone::Sign::key('platform', 'ed25519');

    $self->write('secret', join('', map { sprintf '%02x', $_ } 1 .. 32), 0600);
    $self->write('secret.other', join('', map { sprintf '%02x', $_ } 65 .. 96),
                 0600);
    $self->write('operator.token', "operator-token-for-tests\n", 0600);
    $self->write('platform.key', slurp($self->{platform}{private}), 0600);
    $self->write('ed25519.key', slurp($self->{platform_ed25519}{private}),
                 0600);

    $self->configure;
    $self->start unless $option{stopped};

    return $self;
}


# Each reply is one of docs/openapi.json; a signed one answers its call.

my %odd;

sub request {
    my ($self, $method, $path, %option) = @_;

    my $reply = $self->SUPER::request($method, $path, %option);
    $odd{$_}++ for Phone::OpenApi::odd($method, $path, $reply);

    return $reply;
}

sub done_testing {
    Test::More::is(scalar keys %odd, 0,
        'the replies are those of openapi.json, signed ones answer their calls')
        or Test::More::diag(join "\n", sort keys %odd);

    Phone::Flow::done_testing();
}


# Writes the configuration; called again with other options before a reload.

sub configure {
    my ($self, %option) = @_;

    @$self{keys %option} = values %option;

    my $dir = $self->dir;

    for my $file (glob top() . '/conf/*.conf') {
        my $text = slurp($file);

        $text =~ s{/etc/ngx_phone/secrets}{$dir}g;
        $text =~ s{/etc/ngx_phone/html}{$self->{html}};
        $text =~ s{unix:/run/ngx_phone/redis\.sock}{$self->{store}}g;
        $text =~ s{/(?:run|var/log)/ngx_phone}{$dir}g;
        $text =~ s{/var/lib/ngx_phone_blobs}{$self->{blobs}};
        $text =~ s{^phone_blobs .*}{}m if $self->{http} =~ /phone_blobs /;
        $text =~ s{^# *(?=phone_fetch_log)}{}m;
        $text =~ s{^phone_store_id .*}{$self->{store_id}}m;

        $self->write(File::Basename::basename($file), $text)
            unless $file =~ m{/nginx\.conf$};
    }

    return $self->config($template,
        MAIN => $self->{main},
        CONNECTIONS => $self->{connections} || 1024,
        EXTRA => $self->{http},
        RESOLVER => $self->{http} =~ /\bresolver / ? ''
                    : 'resolver 127.0.0.1:9;',
        LOCATION => $self->{location} . Phone::Toys::locations(),
        DOMAIN => $self->{domain});
}


# Calls

sub operator {
    my ($self, $path, %form) = @_;

    my $reply = &patient(sub { $self->post("/operator/$path", \%form,
        headers => { Authorization => 'Bearer operator-token-for-tests' }) });

    die "operator/$path: $reply->{status} $reply->{content}\n"
        if $reply->{status} != 200;

    return $reply->{json};
}

sub signed {
    my ($self, $shop, $path, %form) = @_;

    my %call = $shop->call(Phone::OpenApi::service($path), %form);
    my $reply = $self->post($path, \%call);

    $odd{"POST $path: $reply->{content} does not answer the call"}++
        if ref $reply->{json} eq 'HASH' && defined $reply->{json}{sign}
           && !Phone::Sign::answers($reply->{json}, \%call);

    return $reply;
}

sub bill { my $self = shift; return $self->signed(shift, '/pay/bill', @_) }
sub query { my $self = shift; return $self->signed(shift, '/pay/query', @_) }

sub pay {
    my ($self, $payer, $bill_id, $card_id, %more) = @_;

    return $self->post("/pay/bills/$bill_id/pay",
        { card_id => $card_id, pin => PIN, %more },
        cookie => $payer->{cookie});
}

sub bills {
    my ($self, $payer) = @_;

    return $self->get('/pay/bills', cookie => $payer->{cookie})->{json}{bills};
}


# People

sub shop {
    my ($self, $id, %option) = @_;

    my $type = delete $option{sign_type} || 'RSA2';
    my $key = $type eq 'HMAC-SHA256' ? undef
            : Phone::Sign::key($option{key} || 'shop',
                               $type eq 'Ed25519' ? 'ed25519' : ());
    delete $option{key};

    my $made = $self->operator('merchants', merchant_id => $id,
                               name => "Shop $id", sign_type => $type,
                               ($key ? (public_key => slurp($key->{public}))
                                     : ()), %option);

    return Phone::Sign->new(merchant_id => $id, key => $key,
                            sign_type => $type, secret => $made->{secret});
}


# A number with a password, a PIN and a card for each balance; logged in.

sub payer {
    my ($self, $phone, @balances) = @_;

    my $payer = { phone => $phone, cards => [] };

    $self->operator('accounts', phone => $phone, name => "Payer $phone",
                    password => PASSWORD);

    for my $balance (@balances) {
        my $card = $self->operator('bank-cards', phone => $phone,
                                   card_no => $self->card_no,
                                   balance => $balance);
        push @{ $payer->{cards} }, $card->{card_id};
    }

    &patient(sub { $self->login($payer) });
    my $reply = &patient(sub { $self->post('/pay/pin', { pin => PIN },
                                           cookie => $payer->{cookie}) });
    die "pin: $reply->{content}\n" if $reply->{status} != 200;

    return $payer;
}

sub login {
    my ($self, $payer, $password, %option) = @_;

    my $reply = $self->browse($payer, '/login', {
        phone => $payer->{phone}, password => $password || PASSWORD,
    }, %option);

    $payer->{cookie} = $payer->{jar}{phone_session} || '';

    return $reply;
}

# A code belongs to the browser that asks for it.

sub ask_code {
    my ($self, $payer, %option) = @_;

    return $self->browse($payer, '/login/code',
                         { phone => $payer->{phone} }, %option);
}

# A call of a browser that keeps its cookies.

sub browse {
    my ($self, $person, $path, $form, %option) = @_;

    my $jar = $person->{jar} ||= {};
    my $reply = $self->post($path, $form,
        (%$jar ? (cookie => join '; ', sort values %$jar) : ()), %option);

    for ($self->cookies($reply)) {
        my ($name, $value) = /^([^=]+)=([^;]*)/;
        $jar->{$name} = "$name=$value";
        delete $jar->{$name} if $value eq '';
    }

    return $reply;
}

sub cookies {
    my ($self, $reply) = @_;

    my $set = $reply->{headers}{'set-cookie'};

    return ref $set ? @$set : defined $set ? $set : ();
}


# Card numbers of a bank that does not exist, with their check digit.

sub card_no {
    my ($self) = @_;

    my $base = sprintf '622202%09d', ++$self->{card_serial};
    my $sum = 0;
    my $double = 1;

    for my $digit (reverse split //, $base) {
        my $d = $double ? $digit * 2 : $digit;
        $sum += $d > 9 ? $d - 9 : $d;
        $double = !$double;
    }

    return $base . (10 - $sum % 10) % 10;
}


# What became of the notice of a paid bill: { state attempt last }; empty when
# it was not sent yet.

sub notice {
    my ($self, $bill_id) = @_;

    my ($bucket) = $bill_id =~ /^(\d{3})/;
    my $told = $self->redis->hash("phone:{$bucket}:bill:$bill_id")->{notices}
        || '';

    return { state => 'ACKED', last => 200, attempt => $1 }
        if $told =~ /^1 - 1 (\d+) /;

    my $notice = $self->redis->hash("phone:{$bucket}:notice:$bill_id.bill.1");
    my ($last) = ($notice->{tries} || '') =~ /^\d+\+\d+ (.*)\n\z/m;

    return $last ? { state => 'PENDING', %$notice, last => $last } : {};
}


# Texts

sub sms {
    my ($self, $phone) = @_;

    my @texts = map { Cpanel::JSON::XS::decode_json($_) }
                split /\n/, slurp($self->dir . '/sms.log');

    return defined $phone ? grep({ $_->{to} eq $phone } @texts) : @texts;
}

# The newest code or temporary password sent to a number.

sub code {
    my ($self, $phone, $count) = @_;

    Phone::Env::wait_for(sub { $self->sms($phone) >= ($count || 1) })
        or die "no SMS to $phone\n";

    my $text = ($self->sms($phone))[-1]{text};
    my ($code) = $text =~ /\b([0-9]{6}|[0-9A-Za-z]{10})\b/;

    return $code;
}


# The books: every balance is what the ledger says, and the sums are zero.

sub check {
    my ($self) = @_;

    return $self->get('/operator/check', timeout => 60,
        headers => { Authorization => 'Bearer operator-token-for-tests' });
}

sub books_are_right {
    my ($self, $name) = @_;

    # where the store was away, a worker may still keep off it for a moment

    my $reply;
    Phone::Env::wait_for(sub { ($reply = $self->check)->{status} != 503 });

    Test::More::ok($reply->{json} && $reply->{json}{ok},
                   $name || 'the books are right')
        or Test::More::diag($reply->{content});
}


# A client that does what a 503 tells it: it asks again.  Each worker has a wait
# of its own before it connects to a store that was away.

sub patient(&) {
    my ($call) = @_;
    my $reply;

    Phone::Env::wait_for(sub {
        $reply = $call->();
        return $reply->{status} == 200
               || ($reply->{json} && $reply->{status} != 503);
    });
    return $reply;
}


# Many calls at once, each in a process of its own: returns their results.

sub parallel {
    my ($self, $count, $call) = @_;

    my @readers;

    for my $n (1 .. $count) {
        pipe my $in, my $out or die "pipe: $!\n";
        my $pid = fork();
        die "fork: $!\n" unless defined $pid;

        if (!$pid) {
            close $in;
            my $result = eval { $call->($n) };
            print $out Cpanel::JSON::XS->new->allow_nonref->encode($result);
            close $out;
            POSIX::_exit(0);
        }

        close $out;
        push @readers, [$pid, $in];
    }

    return map {
        my ($pid, $in) = @$_;
        local $/;
        my $text = <$in>;
        waitpid $pid, 0;
        Cpanel::JSON::XS->new->allow_nonref->decode($text);
    } @readers;
}

1;
