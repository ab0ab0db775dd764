/*
 * A merchant of ngx_phone in Java (11 or newer, 15 for Ed25519, no libraries):
 * posts a bill, checks the reply, checks a notice.  The rule is in
 * docs/protocol.md.
 *
 *   export PHONE_URL=http://127.0.0.1:8080 PHONE_MERCHANT=tea-shop
 *   export PHONE_KEY=shop.key PHONE_PLATFORM_KEY=platform.pub
 *   export PHONE_KEY_ID=k1                  # one of several keys has to be named
 *   export PHONE_SIGN_TYPE=RSA2             # or Ed25519; with HMAC-SHA256 both
 *                                           # keys are the file of the secret
 *   java Merchant.java bill T1001 1280 +8613800000001 'tea & cake'
 *   java Merchant.java keys                   # whose reply has a list
 *   java Merchant.java notice < body          # what was posted to notify_url
 *   java Merchant.java vectors docs/vectors.json
 */

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.math.BigInteger;
import java.net.URI;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyFactory;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.SignatureException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

public class Merchant {

    static final Map<String, String> ALGORITHMS = Map.of(
        "RSA2", "SHA256withRSA", "MD5withRSA", "MD5withRSA",
        "Ed25519", "Ed25519");
    static final long SKEW = 300;           // seconds between two clocks
    static final Pattern NAME = Pattern.compile("[A-Za-z0-9_.]+");
    static final Pattern AMBIGUOUS = Pattern.compile("&[A-Za-z0-9_.]+=");
    static final Pattern ITEM = Pattern.compile("\\.[0-9]+(\\.|$)");

    /** The text does not prove that the platform has said this. */
    static class NotGenuine extends Exception {
        NotGenuine(String why) {
            super(why);
        }
    }

    final String url;
    final String id;
    final Key key;
    final Map<String, Key> platformKeys;    // by key_id; of "": of any
    final String signType;                  // as the platform has recorded it
    final String keyId;                     // of key; "": the only one

    Merchant(String url, String id, String key,
             Map<String, String> platformKeys, String signType, String keyId)
            throws GeneralSecurityException {
        this.url = url;
        this.id = id;
        this.key = readKey(key, signType, true);
        this.platformKeys = new TreeMap<>();
        for (var theirs : platformKeys.entrySet()) {
            this.platformKeys.put(theirs.getKey(),
                readKey(theirs.getValue(), signType, false));
        }
        this.signType = signType;
        this.keyId = keyId;
    }

    static Key readKey(String text, String signType, boolean isPrivate)
            throws GeneralSecurityException {
        if (signType.equals("HMAC-SHA256")) {
            return new SecretKeySpec(text.trim().getBytes(UTF_8), "HmacSHA256");
        }
        KeyFactory factory = KeyFactory.getInstance(
            signType.equals("Ed25519") ? "Ed25519" : "RSA");
        return isPrivate
            ? factory.generatePrivate(new PKCS8EncodedKeySpec(pem(text)))
            : factory.generatePublic(new X509EncodedKeySpec(pem(text)));
    }

    static byte[] pem(String text) throws GeneralSecurityException {
        if (text.contains("BEGIN RSA PRIVATE KEY")) {
            throw new GeneralSecurityException("Java reads PKCS #8, convert "
                + "the key: openssl pkcs8 -topk8 -nocrypt -in shop.key "
                + "-out shop-pkcs8.key");
        }
        return Base64.getMimeDecoder().decode(
            text.replaceAll("-----[^-]*-----", ""));
    }

    /** What is digested (without "digest") and signed (with it). */
    static String canonical(Map<String, String> fields, String without)
            throws NotGenuine {
        List<String> pairs = new ArrayList<>();
        for (var field : new TreeMap<>(fields).entrySet()) {
            String name = field.getKey();
            String value = field.getValue();
            if (value == null || value.isEmpty() || name.equals("sign")
                || name.equals(without)) {
                continue;
            }
            if (!NAME.matcher(name).matches()) {
                throw new NotGenuine(name + ": no name of a field");
            }
            if (AMBIGUOUS.matcher(value).find()) {
                throw new NotGenuine(name + ": & followed by a name and =");
            }
            pairs.add(name + "=" + value);
        }
        return String.join("&", pairs);
    }

    static String digest(Map<String, String> fields)
            throws NotGenuine, GeneralSecurityException {
        byte[] sum = MessageDigest.getInstance("MD5")
            .digest(canonical(fields, "digest").getBytes(UTF_8));
        return String.format("%032x", new BigInteger(1, sum));
    }

    /** Adds digest and sign. */
    void sign(Map<String, String> fields)
            throws NotGenuine, GeneralSecurityException {
        fields.put("digest", digest(fields));
        byte[] text = canonical(fields, "").getBytes(UTF_8);
        byte[] sign;
        if (key instanceof PrivateKey) {
            Signature signature = Signature.getInstance(
                ALGORITHMS.get(fields.get("sign_type")));
            signature.initSign((PrivateKey) key);
            signature.update(text);
            sign = signature.sign();
        } else {
            sign = mac(text, key);
        }
        fields.put("sign", Base64.getEncoder().encodeToString(sign));
    }

    static byte[] mac(byte[] text, Key secret)
            throws GeneralSecurityException {
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(secret);
        return mac.doFinal(text);
    }

    boolean verify(Map<String, String> fields)
            throws NotGenuine, GeneralSecurityException {
        Key theirs = platformKey(fields);
        byte[] text = canonical(fields, "").getBytes(UTF_8);
        if (!signType.equals(fields.get("sign_type"))) {
            return false;
        }
        try {
            byte[] sign = Base64.getDecoder().decode(
                fields.getOrDefault("sign", ""));
            if (signType.equals("HMAC-SHA256")) {
                return MessageDigest.isEqual(mac(text, theirs), sign);
            }
            Signature signature = Signature.getInstance(
                ALGORITHMS.get(signType));
            signature.initVerify((PublicKey) theirs);
            signature.update(text);
            return signature.verify(sign);
        } catch (SignatureException | IllegalArgumentException e) {
            return false;
        }
    }

    /**
     * One call; gives the reply's fields.  After an exception nobody knows
     * whether it was done: call again with the same out_trade_no.
     */
    Map<String, String> call(String path, String service,
                             Map<String, String> fields) throws Exception {
        byte[] random = new byte[12];
        new SecureRandom().nextBytes(random);
        String nonce = String.format("%024x", new BigInteger(1, random));
        fields = new TreeMap<>(fields);
        fields.put("merchant_id", id);
        fields.put("service", service);
        fields.put("timestamp", "" + System.currentTimeMillis() / 1000);
        fields.put("nonce", nonce);
        fields.put("sign_type", signType);
        fields.put("key_id", keyId);
        sign(fields);
        List<String> form = new ArrayList<>();
        for (var field : fields.entrySet()) {
            form.add(field.getKey() + "="
                     + URLEncoder.encode(field.getValue(), UTF_8));
        }
        HttpRequest request = HttpRequest.newBuilder(URI.create(url + path))
            .header("Content-Type", "application/x-www-form-urlencoded")
            .timeout(Duration.ofSeconds(30))
            .POST(HttpRequest.BodyPublishers.ofString(String.join("&", form)))
            .build();
        String body = HttpClient.newHttpClient().send(
            request, HttpResponse.BodyHandlers.ofString(UTF_8)).body();
        return reply(body, nonce, System.currentTimeMillis() / 1000);
    }

    Map<String, String> reply(String body, String nonce, long now)
            throws NotGenuine, GeneralSecurityException {
        Map<String, String> fields;
        try {
            fields = new Json(body).fields();
        } catch (RuntimeException e) {
            throw new NotGenuine("the reply is not JSON");
        }
        if (!fields.containsKey("sign")) {
            throw new NotGenuine("not signed: " + fields.get("code") + " "
                                 + fields.get("message") + " "
                                 + fields.get("field"));
        }
        check(fields, now);
        if (!nonce.equals(fields.get("request_nonce"))) {
            throw new NotGenuine("the reply is to another call");
        }
        return fields;
    }

    /**
     * The fields of a notice: answer 200 with the body "success".  If event is
     * bill or refund, first compare out_trade_no, amount and currency with your
     * order, look at status, and count notify_id once; of any other event do
     * nothing.
     */
    Map<String, String> notice(String body, long now)
            throws NotGenuine, GeneralSecurityException {
        Map<String, String> fields = new TreeMap<>();
        for (String pair : body.trim().split("&")) {
            String[] half = (pair + "=").split("=", 3);
            String value;
            try {
                value = URLDecoder.decode(half[1], UTF_8);
            } catch (IllegalArgumentException e) {
                throw new NotGenuine("the notice is no form");
            }
            if (value.isEmpty()) {
                throw new NotGenuine("a field is empty: it is not signed");
            }
            if (fields.put(half[0], value) != null) {
                throw new NotGenuine("a field appears twice");
            }
        }
        check(fields, now);
        if (fields.getOrDefault("event", "").isEmpty()
            || fields.getOrDefault("notify_id", "").isEmpty()) {
            throw new NotGenuine("this is no notice");
        }
        return fields;
    }

    /** While the platform replaces its key, two are right. */
    Key platformKey(Map<String, String> fields) throws NotGenuine {
        Key key = platformKeys.getOrDefault(
            fields.getOrDefault("key_id", ""), platformKeys.get(""));
        if (key == null) {
            throw new NotGenuine("no key of the platform with this key_id");
        }
        return key;
    }

    void check(Map<String, String> fields, long now)
            throws NotGenuine, GeneralSecurityException {
        if (!digest(fields).equals(fields.get("digest"))) {
            throw new NotGenuine("the digest does not fit");
        }
        if (!verify(fields)) {
            throw new NotGenuine("the signature does not fit");
        }
        if (!id.equals(fields.get("merchant_id"))) {
            throw new NotGenuine("for another merchant");
        }
        if (Math.abs(Long.parseLong(fields.get("timestamp")) - now) > SKEW) {
            throw new NotGenuine("too old");
        }
    }

    /** Enough of JSON: numbers and booleans become their text. */
    static class Json {
        final String text;
        int at;

        Json(String text) {
            this.text = text;
        }

        /**
         * Of an object; anything else is a RuntimeException.  Each item of a
         * list is a field: rows.17.points.
         */
        Map<String, String> fields() {
            Map<String, String> fields = new TreeMap<>();
            ((Map<?, ?>) value()).forEach((name, value) -> {
                if (ITEM.matcher((String) name).find()) {
                    throw new IllegalArgumentException("an item of a list");
                }
                add(fields, (String) name, value);
            });
            return fields;
        }

        static void add(Map<String, String> fields, String name,
                        Object value) {
            if (value instanceof Map) {
                ((Map<?, ?>) value).forEach((member, part) ->
                    add(fields, name + "." + member, part));
            } else if (value instanceof List) {
                List<?> list = (List<?>) value;
                for (int i = 0; i < list.size(); i++) {
                    add(fields, name + "." + i, list.get(i));
                }
            } else if (value != null) {
                fields.put(name, (String) value);
            }
        }

        char next() {
            while (Character.isWhitespace(text.charAt(at))) {
                at++;
            }
            return text.charAt(at);
        }

        boolean more(char end) {
            if (next() == ',') {
                at++;
            }
            if (next() != end) {
                return true;
            }
            at++;
            return false;
        }

        Object value() {
            int start;
            switch (next()) {
            case '{':
                Map<String, Object> object = new TreeMap<>();
                for (at++; more('}'); ) {
                    String name = string();
                    if (next() == ':') {
                        at++;
                    }
                    object.put(name, value());
                }
                return object;
            case '[':
                List<Object> list = new ArrayList<>();
                for (at++; more(']'); ) {
                    list.add(value());
                }
                return list;
            case '"':
                return string();
            default:
                for (start = at; "+-.".indexOf(text.charAt(at)) >= 0
                     || Character.isLetterOrDigit(text.charAt(at)); ) {
                    at++;
                }
                String word = text.substring(start, at);
                return word.equals("null") ? null : word;
            }
        }

        String string() {
            StringBuilder out = new StringBuilder();
            next();
            for (at++; text.charAt(at) != '"'; at++) {
                char c = text.charAt(at);
                if (c == '\\') {
                    c = text.charAt(++at);
                    if (c == 'u') {
                        c = (char) Integer.parseInt(
                            text.substring(at + 1, at + 5), 16);
                        at += 4;
                    } else if ("bfnrt".indexOf(c) >= 0) {
                        c = "\b\f\n\r\t".charAt("bfnrt".indexOf(c));
                    }
                }
                out.append(c);
            }
            at++;
            return out.toString();
        }
    }

    /** Checks this program against docs/vectors.json. */
    @SuppressWarnings("unchecked")
    static void vectors(String file) throws Exception {
        Map<String, Object> known = (Map<String, Object>)
            new Json(Files.readString(Path.of(file))).value();
        var keys = (Map<String, Map<String, String>>) known.get("keys");
        var texts = (List<Map<String, Object>>) known.get("sign");
        var replies = (List<Map<String, String>>) known.get("replies");
        var notices = (List<Map<String, String>>) known.get("notices");

        for (var v : texts) {
            var fields = (Map<String, String>) v.get("fields");
            same(canonical(fields, ""), v.get("canonical"), v.get("name"));
            new Merchant("", "tea", keys.get(v.get("key")).get("private"),
                         Map.of(), fields.get("sign_type"), "").sign(fields);
            same(canonical(fields, ""), v.get("text"), v.get("name"));
            same(fields.get("digest"), v.get("digest"), v.get("name"));
            same(fields.get("sign"), v.get("sign"), v.get("name"));
        }

        for (int i = 0; i < replies.size() + notices.size(); i++) {
            boolean reply = i < replies.size();
            var v = reply ? replies.get(i) : notices.get(i - replies.size());
            var theirs = keys.get(v.get("platform_key"));
            var us = new Merchant("", "tea", theirs.get("private"),
                                  Map.of("", theirs.get("public")),
                                  v.get("sign_type"), "");
            String genuine = "true";
            try {
                long now = Long.parseLong(v.get("now"));
                if (reply) {
                    us.reply(v.get("body"), v.get("request_nonce"), now);
                } else {
                    us.notice(v.get("body"), now);
                }
            } catch (NotGenuine e) {
                genuine = "false";
            }
            same(genuine, v.get("genuine"), v.get("name"));
        }

        System.out.printf("vectors: %d signed, %d replies, %d notices%n",
                          texts.size(), replies.size(), notices.size());
    }

    static void same(Object got, Object expected, Object name) {
        if (!got.equals(expected)) {
            throw new IllegalStateException("vector does not fit: " + name);
        }
    }

    static String read(String file) throws IOException {
        return Files.readString(Path.of(file));
    }

    /** platform.pub, or p1:old.pub,p2:new.pub while the key is replaced. */
    static Map<String, String> readPlatformKeys(String text)
            throws IOException {
        Map<String, String> keys = new TreeMap<>();
        for (String part : text.split(",")) {
            int colon = part.lastIndexOf(':');
            keys.put(part.substring(0, Math.max(colon, 0)),
                     read(part.substring(colon + 1)));
        }
        return keys;
    }

    public static void main(String[] args) throws Exception {
        if (args[0].equals("vectors")) {
            vectors(args[1]);
            return;
        }

        Merchant us = new Merchant(
            System.getenv("PHONE_URL"), System.getenv("PHONE_MERCHANT"),
            read(System.getenv("PHONE_KEY")),
            readPlatformKeys(System.getenv("PHONE_PLATFORM_KEY")),
            System.getenv().getOrDefault("PHONE_SIGN_TYPE", "RSA2"),
            System.getenv().getOrDefault("PHONE_KEY_ID", ""));

        try {
            if (args[0].equals("bill")) {
                var reply = us.call("/pay/bill", "bill.create", Map.of(
                    "out_trade_no", args[1], "amount", args[2],
                    "payer_phone", args[3], "subject", args[4]));
                if (!reply.get("code").equals("OK")) {
                    for (var name
                            : List.of("code", "field", "reason", "message")) {
                        if (reply.get(name) != null) {
                            System.err.print(reply.get(name) + " ");
                        }
                    }
                    System.err.println();
                    System.exit(1);
                }
                System.out.println(reply.get("code") + " "
                    + reply.get("bill_id") + " " + reply.get("status"));
            } else if (args[0].equals("keys")) {
                var reply = us.call("/pay/keys", "key.list", Map.of());
                System.out.print(reply.get("code"));
                for (int i = 0; reply.containsKey("keys." + i + ".key_id");
                     i++) {
                    System.out.print(" " + reply.get("keys." + i + ".key_id"));
                }
                System.out.println();
            } else {
                var notice = us.notice(
                    new String(System.in.readAllBytes(), UTF_8),
                    System.currentTimeMillis() / 1000);
                if (!List.of("bill", "refund").contains(notice.get("event"))) {
                    System.out.println("nothing to do: "
                                       + notice.get("event"));
                    return;
                }
                System.out.println(notice.get("status") + " "
                    + notice.get("out_trade_no") + " " + notice.get("amount")
                    + " " + notice.get("currency"));
                if (notice.get("event").equals("refund")) {
                    // amount is that of the bill
                    System.out.println("refund "
                        + notice.get("out_refund_no") + " "
                        + notice.get("refund_amount"));
                }
            }
        } catch (NotGenuine e) {
            System.err.println("not genuine: " + e.getMessage());
            System.exit(1);
        }
    }
}
