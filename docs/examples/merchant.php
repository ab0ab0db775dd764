#!/usr/bin/env php
<?php
/*
 * A merchant of ngx_phone in PHP (7.4 or newer, with openssl): posts a bill,
 * checks the reply, checks a notice.  The rule is in docs/protocol.md.
 *
 *   export PHONE_URL=http://127.0.0.1:8080 PHONE_MERCHANT=tea-shop
 *   export PHONE_KEY=shop.key PHONE_PLATFORM_KEY=platform.pub
 *   php merchant.php bill T1001 1280 +8613800000001 'tea & cake'
 *   php merchant.php notice < body          # what was posted to notify_url
 *   php merchant.php vectors docs/vectors.json
 */

declare(strict_types=1);

const HASHES = ['RSA2' => OPENSSL_ALGO_SHA256, 'MD5withRSA' => OPENSSL_ALGO_MD5];
const SKEW = 300;                           // seconds between two clocks

/* The text does not prove that the platform has said this. */
class NotGenuine extends Exception {}

/* What is digested (without "digest") and signed (with it). */
function canonical(array $fields, string $without = ''): string
{
    $pairs = [];
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
    openssl_sign(canonical($fields), $signature, $privateKey,
                 HASHES[$fields['sign_type']]);
    $fields['sign'] = base64_encode($signature);
    return $fields;
}

class Merchant
{
    private string $url;
    private string $id;
    private string $privateKey;
    private string $platformKey;
    private string $signType;               // as the platform has recorded it

    public function __construct(string $url, string $id, string $privateKey,
                                string $platformKey, string $signType = 'RSA2')
    {
        $this->url = $url;
        $this->id = $id;
        $this->privateKey = $privateKey;
        $this->platformKey = $platformKey;
        $this->signType = $signType;
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
            'sign_type' => $this->signType,
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
            || !is_string($fields['digest'] ?? null)
            || array_filter($fields, 'is_array')) {
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
     * The fields of a notice (its body is php://input in a web server).  Then
     * compare out_trade_no, amount and currency with your order, look at
     * status, count notify_id once, and answer 200 with the body "success".
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

    private function check(array $fields, ?int $now): void
    {
        if (!hash_equals(digest($fields), $fields['digest'] ?? '')) {
            throw new NotGenuine('the digest does not fit');
        }
        if (($fields['sign_type'] ?? '') !== $this->signType
            || openssl_verify(canonical($fields),
                              base64_decode($fields['sign'] ?? ''),
                              $this->platformKey, HASHES[$this->signType]) !== 1) {
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
        $signed = sign($v['fields'], $keys['merchant']['private']);
        $same(canonical($v['fields']), $v['canonical'], $v['name']);
        $same(canonical($signed), $v['text'], $v['name']);
        $same($signed['digest'], $v['digest'], $v['name']);
        $same($signed['sign'], $v['sign'], $v['name']);
    }

    foreach (array_merge($known['replies'], $known['notices']) as $v) {
        $us = new Merchant('', 'tea', $keys['merchant']['private'],
                           $keys['platform']['public'], $v['sign_type']);
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

function main(string $command, string ...$args): void
{
    if ($command === 'vectors') {
        vectors(...$args);
        return;
    }

    $us = new Merchant((string) getenv('PHONE_URL'), getenv('PHONE_MERCHANT'),
                       file_get_contents(getenv('PHONE_KEY')),
                       file_get_contents(getenv('PHONE_PLATFORM_KEY')));

    if ($command === 'bill') {
        [$order, $amount, $payer, $subject] = $args;
        $reply = $us->call('/pay/bill', 'bill.create', [
            'out_trade_no' => $order, 'amount' => $amount,
            'payer_phone' => $payer, 'subject' => $subject,
        ]);
        echo implode(' ', [$reply['code'], $reply['bill_id'] ?? '',
                           $reply['status'] ?? '']), "\n";
    } else {
        $notice = $us->notice(file_get_contents('php://stdin'));
        echo implode(' ', [$notice['status'], $notice['out_trade_no'],
                           $notice['amount'], $notice['currency']]), "\n";
    }
}

try {
    main(...array_slice($argv, 1));
} catch (NotGenuine $error) {
    fwrite(STDERR, "not genuine: {$error->getMessage()}\n");
    exit(1);
}
