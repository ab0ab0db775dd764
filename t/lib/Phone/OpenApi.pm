package Phone::OpenApi;

# docs/openapi.json held against what is really answered:
#
#   my @odd = Phone::OpenApi::odd($method, $path, $reply);
#
# $reply is one of Phone::Flow; the answer is what does not fit, in words.  A
# path that the document does not have, and a reply that is not JSON of ours,
# fit.

use strict;
use warnings;

use Cpanel::JSON::XS ();

use Phone::Env qw(top slurp);

my $coder = Cpanel::JSON::XS->new->utf8->allow_nonref;
my $api = $coder->decode(slurp(top() . '/docs/openapi.json'));
my @operations;

for my $path (sort keys %{ $api->{paths} }) {
    my $pattern = join '[^/]+', map { quotemeta } split /\{\w+\}/, $path, -1;

    push @operations, { path => $path, pattern => qr/^$pattern$/,
                        fixed => $path !~ /\{/,
                        methods => $api->{paths}{$path} };
}

# /sessions/others before /sessions/{slot}
@operations = sort { $b->{fixed} <=> $a->{fixed} } @operations;


# The name of what POST does at that path.

sub service {
    my ($path) = @_;
    my ($found) = grep { $path =~ $_->{pattern} } @operations;
    return $found && $found->{methods}{post}{operationId};
}


sub odd {
    my ($method, $path, $reply) = @_;

    my $json = $reply->{json};
    return unless ref $json eq 'HASH' && defined $json->{code};

    $path =~ s/\?.*//s;

    my ($found) = grep { $path =~ $_->{pattern} } @operations;
    return unless $found && $found->{methods}{lc $method};

    my $responses = $found->{methods}{lc $method}{responses};
    my ($status) = $json->{code} eq 'OK' ? '2XX'
                 : grep { /^[45]/ && has_code($responses->{$_}, $json->{code}) }
                   sort keys %$responses;

    return "$method $path: $json->{code} is not declared" unless $status;
    return "$method $path: $json->{code} with status $reply->{status}"
        if $status =~ /^[45]/ && ($reply->{status} || $status) != $status;

    my $schema = $responses->{$status}{content}{'application/json'}{schema};

    return map { "$method $path: $_" } check($json, $schema, 'reply');
}


sub has_code {
    my ($response, $code) = @_;
    my $schema = $response->{content}{'application/json'}{schema};
    my $codes = $schema->{allOf}[1]{properties}{code}{enum};
    return grep { $_ eq $code } @$codes;
}


# A webhook: the schema of what is posted.

sub odd_webhook {
    my ($name, $form) = @_;
    my $content = $api->{webhooks}{$name}{post}{requestBody}{content};
    my $schema = $content->{'application/x-www-form-urlencoded'}{schema};

    return check({ %$form, map { $_ => 0 + $form->{$_} }
                           grep { ($form->{$_} // '') =~ /^\d+$/ }
                           qw(attempt amount timestamp) }, $schema, $name);
}


sub check {
    my ($value, $schema, $where) = @_;

    return "$where: no schema" unless $schema;

    # a refusal; the second part says which codes
    return check($value, $schema->{allOf}[0], $where) if $schema->{allOf};

    return check($value, schema($1), $where)
        if ($schema->{'$ref'} || '') =~ m{^#/components/schemas/(\w+)$};

    my $type = $schema->{type};

    if ($type eq 'object') {
        return "$where is no object" unless ref $value eq 'HASH';

        return (map { exists $schema->{properties}{$_}
                      ? check($value->{$_}, $schema->{properties}{$_},
                              "$where.$_")
                      : "$where.$_ is not in openapi.json" }
                sort keys %$value),
               (map { exists $value->{$_} ? () : "$where.$_ is missing" }
                @{ $schema->{required} || [] });
    }

    if ($type eq 'array') {
        return "$where is no list" unless ref $value eq 'ARRAY';
        return map { check($_, $schema->{items}, "$where\[]") } @$value;
    }

    my $text = $coder->encode($value);

    return "$where is no boolean"
        if $type eq 'boolean' && !Cpanel::JSON::XS::is_bool($value);
    return "$where is no integer: $text"
        if $type eq 'integer' && $text !~ /^-?\d+$/;
    return "$where is no text: $text"
        if $type eq 'string' && $text !~ /^"/;
    return "$where is none of the words: $text"
        if $schema->{enum} && !grep { $_ eq $value } @{ $schema->{enum} };

    return "$where does not match $schema->{pattern}: $text"
        if $schema->{pattern} && $value !~ /$schema->{pattern}/;

    return;
}

sub schema { $api->{components}{schemas}{$_[0]} }


1;
