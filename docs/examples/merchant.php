#!/usr/bin/env php
<?php
/*
 * A merchant of ngx_phone in PHP (7.4 or newer, with openssl, and sodium for
 * Ed25519): posts a bill, checks the reply, checks a notice.  The rule is in
 * docs/protocol.md.
 *
 *   export PHONE_URL=http://127.0.0.1:8080 PHONE_MERCHANT=tea-shop
 *   export PHONE_KEY=shop.key PHONE_PLATFORM_KEY=platform.pub
 *   export PHONE_KEY_ID=k1                  # one of several keys has to be named
 *   export PHONE_SIGN_TYPE=RSA2             # or Ed25519; with HMAC-SHA256 both
 *                                           # keys are the file of the secret
 *   php merchant.php bill T1001 1280 +8613800000001 'tea & cake'
 *   php merchant.php keys                   # whose reply has a list
 *   php merchant.php notice < body          # what was posted to notify_url
 *   php merchant.php vectors docs/vectors.json
 */

declare(strict_types=1);

const HASHES = ['RSA2' => OPENSSL_ALGO_SHA256, 'MD5withRSA' => OPENSSL_ALGO_MD5];
const SKEW = 300;                           // seconds between two clocks

/* The text does not prove that the platform has said this. */
class NotGenuine extends Exception {}

/* The fields, with each item of a list as a field: rows.17.points. */
function flat(array $fields): array
{
    $items = [];
    foreach ($fields as $name => $value) {
        if (preg_match('/\.[0-9]+(\.|$)/', (string) $name)) {
            throw new NotGenuine("$name: the name of an item of a list");
        }
        if (!is_array($value)) {
            $items[$name] = $value;
            continue;
        }
        if ($value !== array_values($value)) {
            throw new NotGenuine("$name: no list");
        }
        foreach ($value as $i => $item) {
            if (!is_array($item)) {
                $items["$name.$i"] = $item;
                continue;
            }
            foreach ($item as $member => $part) {
                if (is_array($part)) {
                    throw new NotGenuine("$name.$i: no flat object");
                }
                $items["$name.$i.$member"] = $part;
            }
        }
    }
    return $items;
}

/* What is digested (without "digest") and signed (with it). */
function canonical(array $fields, string $without = ''): string
{
    $pairs = [];
    $fields = flat($fields);
    ksort($fields, SORT_STRING);
    foreach ($fields as $name => $value) {
        $value = is_bool($value) ? ($value ? 'true' : 'false') : (string) $value;
        if ($value === '' || $name === 'sign' || $name === $without) {
            continue;
        }
        if (!preg_match('/^[A-Za-z0-9_.]+$/D', (string) $name)) {
            throw new NotGenuine("$name: no name of a field");
        }
        if (preg_match('/&[A-Za-z0-9_.]+=/', $value)) {
            throw new NotGenuine("$name: & followed by a name and =");
        }
        $pairs[] = "$name=$value";
    }
    return implode('&', $pairs);
}

function digest(array $fields): string
{
    return md5(canonical($fields, 'digest'));
}

function sign(array $fields, string $privateKey): array
{
    $fields['digest'] = digest($fields);
    $text = canonical($fields);
    if ($fields['sign_type'] === 'HMAC-SHA256') {
        $signature = mac($text, $privateKey);
    } elseif ($fields['sign_type'] === 'Ed25519') {
        $pair = sodium_crypto_sign_seed_keypair(raw($privateKey));
        $signature = sodium_crypto_sign_detached($text,
            sodium_crypto_sign_secretkey($pair));
    } else {
        openssl_sign($text, $signature, $privateKey,
                     HASHES[$fields['sign_type']]);
    }
    $fields['sign'] = base64_encode($signature);
    return $fields;
}

function verify(array $fields, string $platformKey): bool
{
    $text = canonical($fields);
    $signature = base64_decode($fields['sign'] ?? '');
    if ($fields['sign_type'] === 'HMAC-SHA256') {
        return hash_equals(mac($text, $platformKey), $signature);
    }
    if ($fields['sign_type'] === 'Ed25519') {
        return strlen($signature) === SODIUM_CRYPTO_SIGN_BYTES
            && sodium_crypto_sign_verify_detached($signature, $text,
                                                  raw($platformKey));
    }
    return openssl_verify($text, $signature, $platformKey,
                          HASHES[$fields['sign_type']]) === 1;
}

function mac(string $text, string $secret): string
{
    return hash_hmac('sha256', $text, trim($secret), true);
}

/* An Ed25519 key: the last 32 bytes of its DER, private or public. */
function raw(string $pem): string
{
    return substr(base64_decode(preg_replace('/-----.*-----/', '', $pem)), -32);
}

class Merchant
{
    private string $url;
    private string $id;
    private string $privateKey;
    private array $platformKeys;            // by key_id; of '': of any
    private string $signType;               // as the platform has recorded it
    private string $keyId;                  // of $privateKey; '': the only one

    public function __construct(string $url, string $id, string $privateKey,
                                array $platformKeys, string $signType = 'RSA2',
                                string $keyId = '')
    {
        $this->url = $url;
        $this->id = $id;
        $this->privateKey = $privateKey;
        $this->platformKeys = $platformKeys;
        $this->signType = $signType;
        $this->keyId = $keyId;
    }

    /*
     * One call; gives the reply's fields.  After NotGenuine, and after an error
     * of the network, nobody knows whether it was done: call again with the
     * same out_trade_no.
     */
    public function call(string $path, string $service, array $fields): array
    {
        $nonce = bin2hex(random_bytes(12));
        $signed = sign($fields + [
            'merchant_id' => $this->id, 'service' => $service,
            'timestamp' => time(), 'nonce' => $nonce,
            'sign_type' => $this->signType, 'key_id' => $this->keyId,
        ], $this->privateKey);
        $body = file_get_contents($this->url . $path, false,
            stream_context_create(['http' => [
                'method' => 'POST', 'timeout' => 30, 'ignore_errors' => true,
                'header' => 'Content-Type: application/x-www-form-urlencoded',
                'content' => http_build_query($signed),
            ]]));
        if ($body === false) {
            throw new NotGenuine('no reply');
        }
        return $this->reply($body, $nonce);
    }

    public function reply(string $body, string $nonce, ?int $now = null): array
    {
        $fields = json_decode($body, true);
        if (!is_array($fields)) {
            throw new NotGenuine('the reply is not JSON');
        }
        if (!is_string($fields['sign'] ?? null)
            || !is_string($fields['digest'] ?? null)) {
            throw new NotGenuine('not signed: ' . ($fields['code'] ?? '') . ' '
                . ($fields['message'] ?? '') . ' ' . ($fields['field'] ?? ''));
        }
        $this->check($fields, $now);
        if (($fields['request_nonce'] ?? '') !== $nonce) {
            throw new NotGenuine('the reply is to another call');
        }
        return $fields;
    }

    /*
     * The fields of a notice (its body is php://input in a web server): answer
     * 200 with the body "success".  If event is bill or refund, first compare
     * out_trade_no, amount and currency with your order, look at status, and
     * count notify_id once; of any other event do nothing.
     */
    public function notice(string $body, ?int $now = null): array
    {
        $fields = [];
        foreach (explode('&', trim($body)) as $pair) {
            [$name, $value] = array_map('urldecode', explode('=', "$pair=", 3));
            if (isset($fields[$name])) {
                throw new NotGenuine('a field appears twice');
            }
            if ($value === '') {
                throw new NotGenuine('a field is empty: it is not signed');
            }
            $fields[$name] = $value;
        }
        $this->check($fields, $now);
        if (($fields['event'] ?? '') === '' || ($fields['notify_id'] ?? '') === '') {
            throw new NotGenuine('this is no notice');
        }
        return $fields;
    }

    /* While the platform replaces its key, two are right. */
    private function platformKey(array $fields): string
    {
        $keys = $this->platformKeys;
        $key = $keys[$fields['key_id'] ?? ''] ?? $keys[''] ?? null;
        if ($key === null) {
            throw new NotGenuine('no key of the platform with this key_id');
        }
        return $key;
    }

    private function check(array $fields, ?int $now): void
    {
        $platformKey = $this->platformKey($fields);
        if (!hash_equals(digest($fields), $fields['digest'] ?? '')) {
            throw new NotGenuine('the digest does not fit');
        }
        if (($fields['sign_type'] ?? '') !== $this->signType
            || !verify($fields, $platformKey)) {
            throw new NotGenuine('the signature does not fit');
        }
        if (($fields['merchant_id'] ?? '') !== $this->id) {
            throw new NotGenuine('for another merchant');
        }
        if (abs((int) $fields['timestamp'] - ($now ?? time())) > SKEW) {
            throw new NotGenuine('too old');
        }
    }
}

/* Checks this program against docs/vectors.json. */
function vectors(string $file): void
{
    $known = json_decode(file_get_contents($file), true);
    $keys = $known['keys'];
    $same = function ($got, $expected, string $name): void {
        if ($got !== $expected) {
            throw new Exception("vector \"$name\" does not fit");
        }
    };

    foreach ($known['sign'] as $v) {
        $signed = sign($v['fields'], $keys[$v['key']]['private']);
        $same(canonical($v['fields']), $v['canonical'], $v['name']);
        $same(canonical($signed), $v['text'], $v['name']);
        $same($signed['digest'], $v['digest'], $v['name']);
        $same($signed['sign'], $v['sign'], $v['name']);
    }

    foreach (array_merge($known['replies'], $known['notices']) as $v) {
        $us = new Merchant('', 'tea', $keys['merchant']['private'],
                           ['' => $keys[$v['platform_key']]['public']],
                           $v['sign_type']);
        $genuine = true;
        try {
            isset($v['request_nonce'])
                ? $us->reply($v['body'], $v['request_nonce'], $v['now'])
                : $us->notice($v['body'], $v['now']);
        } catch (NotGenuine $error) {
            $genuine = false;
        }
        $same($genuine, $v['genuine'], $v['name']);
    }

    printf("vectors: %d signed, %d replies, %d notices\n", count($known['sign']),
           count($known['replies']), count($known['notices']));
}

/* platform.pub, or p1:old.pub,p2:new.pub while the key is replaced. */
function readPlatformKeys(string $text): array
{
    $keys = [];
    foreach (explode(',', $text) as $part) {
        $colon = strrpos($part, ':');
        $keyId = $colon === false ? '' : substr($part, 0, $colon);
        $keys[$keyId] = file_get_contents(
            $colon === false ? $part : substr($part, $colon + 1));
    }
    return $keys;
}

function main(string $command, string ...$args): void
{
    if ($command === 'vectors') {
        vectors(...$args);
        return;
    }

    $us = new Merchant((string) getenv('PHONE_URL'), getenv('PHONE_MERCHANT'),
                       file_get_contents(getenv('PHONE_KEY')),
                       readPlatformKeys(getenv('PHONE_PLATFORM_KEY')),
                       getenv('PHONE_SIGN_TYPE') ?: 'RSA2',
                       (string) getenv('PHONE_KEY_ID'));

    if ($command === 'bill') {
        [$order, $amount, $payer, $subject] = $args;
        $reply = $us->call('/pay/bill', 'bill.create', [
            'out_trade_no' => $order, 'amount' => $amount,
            'payer_phone' => $payer, 'subject' => $subject,
        ]);
        if ($reply['code'] !== 'OK') {
            fwrite(STDERR, implode(' ', array_filter([
                $reply['code'], $reply['field'] ?? '', $reply['reason'] ?? '',
                $reply['message'] ?? ''])) . "\n");
            exit(1);
        }
        echo implode(' ', [$reply['code'], $reply['bill_id'],
                           $reply['status']]), "\n";
    } elseif ($command === 'keys') {
        $reply = $us->call('/pay/keys', 'key.list', []);
        echo implode(' ', [$reply['code'],
                           ...array_column($reply['keys'] ?? [], 'key_id')]), "\n";
    } else {
        $notice = $us->notice(file_get_contents('php://stdin'));
        if (!in_array($notice['event'], ['bill', 'refund'], true)) {
            echo "nothing to do: {$notice['event']}\n";
            return;
        }
        echo implode(' ', [$notice['status'], $notice['out_trade_no'],
                           $notice['amount'], $notice['currency']]), "\n";
        if ($notice['event'] === 'refund') {    // amount is that of the bill
            echo "refund {$notice['out_refund_no']} {$notice['refund_amount']}\n";
        }
    }
}

try {
    main(...array_slice($argv, 1));
} catch (NotGenuine $error) {
    fwrite(STDERR, "not genuine: {$error->getMessage()}\n");
    exit(1);
}
