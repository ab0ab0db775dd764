#!/usr/bin/env python3
"""A merchant of ngx_phone in Python: posts a bill, checks the reply, checks a
notice.  Needs python3-cryptography.  The rule is in docs/protocol.md.

    export PHONE_URL=http://127.0.0.1:8080 PHONE_MERCHANT=tea-shop
    export PHONE_KEY=shop.key PHONE_PLATFORM_KEY=platform.pub
    export PHONE_KEY_ID=k1                  # one of several keys has to be named
    export PHONE_SIGN_TYPE=RSA2             # or Ed25519; with HMAC-SHA256 both
                                            # keys are the file of the secret
    python3 merchant.py bill T1001 1280 +8613800000001 'tea & cake'
    python3 merchant.py keys                # whose reply has a list
    python3 merchant.py notice < body       # what was posted to notify_url
    python3 merchant.py vectors docs/vectors.json
"""

import base64
import hashlib
import hmac
import json
import os
import re
import secrets
import sys
import time
import urllib.error
import urllib.parse
import urllib.request

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding

HASHES = {"RSA2": hashes.SHA256(), "MD5withRSA": hashes.MD5()}
SKEW = 300                                  # seconds between two clocks


class NotGenuine(Exception):
    """The text does not prove that the platform has said this."""


def as_text(value):
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (dict, list)):
        raise ValueError("neither a text nor a list of flat objects")
    return str(value)


def flat(fields):
    """The fields, with each item of a list as a field: rows.17.points."""
    items = {}
    for name, value in fields.items():
        if re.search(r"\.[0-9]+(\.|$)", name):
            raise ValueError(f"{name}: the name of an item of a list")
        if not isinstance(value, list):
            items[name] = value
            continue
        for i, item in enumerate(value):
            if isinstance(item, dict):
                items.update((f"{name}.{i}.{member}", part)
                             for member, part in item.items())
            else:
                items[f"{name}.{i}"] = item
    return items


def canonical(fields, *without):
    """What is digested (without "digest") and signed (with it)."""
    pairs = []
    items = flat(fields)
    for name in sorted(items):
        value = as_text(items[name])
        if value == "" or name == "sign" or name in without:
            continue
        if not re.fullmatch("[A-Za-z0-9_.]+", name):
            raise ValueError(f"{name}: no name of a field")
        if re.search("&[A-Za-z0-9_.]+=", value):
            raise ValueError(f"{name}: & followed by a name and =")
        pairs.append(f"{name}={value}")
    return "&".join(pairs).encode()


def digest(fields):
    return hashlib.md5(canonical(fields, "digest")).hexdigest()


def read_key(text, sign_type, load, *passphrase):
    return (text.strip() if sign_type == "HMAC-SHA256"
            else load(text, *passphrase))


def sign(fields, private_key):
    signed = {**fields, "digest": digest(fields)}
    text = canonical(signed)
    if fields["sign_type"] == "HMAC-SHA256":
        signature = hmac.digest(private_key, text, "sha256")
    elif fields["sign_type"] == "Ed25519":
        signature = private_key.sign(text)
    else:
        signature = private_key.sign(text, padding.PKCS1v15(),
                                     HASHES[fields["sign_type"]])
    signed["sign"] = base64.b64encode(signature).decode()
    return signed


def verify(text, signature, public_key, sign_type):
    if sign_type == "HMAC-SHA256":
        mac = hmac.digest(public_key, text, "sha256")
        if not hmac.compare_digest(signature, mac):
            raise InvalidSignature
    elif sign_type == "Ed25519":
        public_key.verify(signature, text)
    else:
        public_key.verify(signature, text, padding.PKCS1v15(),
                          HASHES[sign_type])


class Merchant:
    def __init__(self, url, merchant_id, private_key, platform_keys,
                 sign_type="RSA2", key_id=""):
        """platform_keys are PEM by key_id; the one of "" is of any key_id."""
        self.url = url
        self.merchant_id = merchant_id
        self.private_key = read_key(private_key, sign_type,
                                    serialization.load_pem_private_key, None)
        self.platform_keys = {
            name: read_key(pem, sign_type, serialization.load_pem_public_key)
            for name, pem in platform_keys.items()}
        self.sign_type = sign_type          # as the platform has recorded it
        self.key_id = key_id                # of private_key; "": the only one

    def call(self, path, service, **fields):
        """One call; the reply's fields.  After NotGenuine, and after an error
        of the network, nobody knows whether it was done: call again with the
        same out_trade_no."""
        nonce = secrets.token_hex(12)
        fields = sign({**fields, "merchant_id": self.merchant_id,
                       "service": service, "timestamp": int(time.time()),
                       "nonce": nonce, "sign_type": self.sign_type,
                       "key_id": self.key_id},
                      self.private_key)
        form = urllib.parse.urlencode(fields).encode()
        try:
            with urllib.request.urlopen(self.url + path, form, 30) as answer:
                body = answer.read()
        except urllib.error.HTTPError as error:
            body = error.read()
        return self.reply(body, nonce)

    def reply(self, body, nonce, now=None):
        try:
            fields = json.loads(body)
        except ValueError:
            raise NotGenuine("the reply is not JSON") from None
        if not isinstance(fields, dict):
            raise NotGenuine("the reply is no JSON object")
        if not isinstance(fields.get("sign"), str):
            raise NotGenuine("not signed: {code} {message} {field}".format_map(
                {"code": "", "message": "", "field": "", **fields}))
        self.check(fields, now)
        if fields.get("request_nonce") != nonce:
            raise NotGenuine("the reply is to another call")
        return fields

    def notice(self, body, now=None):
        """The fields of a notice: answer 200 with the body "success".  If
        event is bill or refund, first compare out_trade_no, amount and
        currency with your order, look at status, and count notify_id once;
        of any other event do nothing."""
        try:
            text = body.decode()
        except ValueError:
            raise NotGenuine("the notice is not UTF-8") from None
        pairs = urllib.parse.parse_qsl(text, keep_blank_values=True)
        fields = dict(pairs)
        if len(fields) != len(pairs):
            raise NotGenuine("a field appears twice")
        if "" in fields.values():
            raise NotGenuine("a field is empty: it is not signed")
        self.check(fields, now)
        if not fields.get("event") or not fields.get("notify_id"):
            raise NotGenuine("this is no notice")
        return fields

    def platform_key(self, fields):
        """While the platform replaces its key, two are right."""
        key_id = fields.get("key_id", "")
        keys = self.platform_keys
        if key_id not in keys and "" not in keys:
            raise NotGenuine("no key of the platform with this key_id")
        return keys.get(key_id, keys.get(""))

    def check(self, fields, now=None):
        platform_key = self.platform_key(fields)
        try:
            if fields.get("digest") != digest(fields):
                raise NotGenuine("the digest does not fit")
            if fields.get("sign_type") != self.sign_type:
                raise NotGenuine("another sign_type than ours")
            verify(canonical(fields), base64.b64decode(fields.get("sign", "")),
                   platform_key, self.sign_type)
        except (InvalidSignature, ValueError):
            raise NotGenuine("the signature does not fit") from None
        if fields.get("merchant_id") != self.merchant_id:
            raise NotGenuine("for another merchant")
        if abs(int(fields["timestamp"]) - (now or time.time())) > SKEW:
            raise NotGenuine("too old")


def vectors(name):
    """Checks this program against docs/vectors.json."""
    with open(name, encoding="utf-8") as file:
        known = json.load(file)
    keys = known["keys"]

    def merchant(sign_type, ours, platform):
        return Merchant("", "tea", keys[ours]["private"].encode(),
                        {"": keys[platform]["public"].encode()}, sign_type)

    for v in known["sign"]:
        us = merchant(v["fields"]["sign_type"], v["key"], v["key"])
        signed = sign(v["fields"], us.private_key)
        assert canonical(v["fields"]).decode() == v["canonical"], v["name"]
        assert canonical(signed).decode() == v["text"], v["name"]
        assert signed["digest"] == v["digest"], v["name"]
        assert signed["sign"] == v["sign"], v["name"]

    for v in known["replies"] + known["notices"]:
        us = merchant(v["sign_type"], v["platform_key"], v["platform_key"])
        try:
            if "request_nonce" in v:
                us.reply(v["body"], v["request_nonce"], v["now"])
            else:
                us.notice(v["body"].encode(), v["now"])
            genuine = True
        except NotGenuine:
            genuine = False
        assert genuine == v["genuine"], v["name"]

    print("vectors:", len(known["sign"]), "signed,", len(known["replies"]),
          "replies,", len(known["notices"]), "notices")


def read(name):
    with open(name, "rb") as file:
        return file.read()


def read_platform_keys(text):
    """platform.pub, or p1:old.pub,p2:new.pub while the key is replaced, or the
    answer of GET /pay/keys, whose sha256 you have compared."""
    if read(text.split(":")[-1]).startswith(b"{"):
        keys = json.loads(read(text))["keys"]
        return {key["key_id"]: key["public_key"].encode() for key in keys}
    parts = [part.rpartition(":") for part in text.split(",")]
    return {key_id: read(name) for key_id, _, name in parts}


def main(command, *args):
    if command == "vectors":
        vectors(*args)
        return

    us = Merchant(os.environ.get("PHONE_URL"), os.environ["PHONE_MERCHANT"],
                  read(os.environ["PHONE_KEY"]),
                  read_platform_keys(os.environ["PHONE_PLATFORM_KEY"]),
                  os.environ.get("PHONE_SIGN_TYPE", "RSA2"),
                  key_id=os.environ.get("PHONE_KEY_ID", ""))

    if command == "bill":
        order, amount, payer, subject = args
        reply = us.call("/pay/bill", "bill.create", out_trade_no=order,
                        amount=amount, payer_phone=payer, subject=subject)
        if reply["code"] != "OK":
            sys.exit(" ".join(reply[name] for name in
                              ("code", "field", "reason", "message")
                              if reply.get(name)))
        print(reply["code"], reply["bill_id"], reply["status"])
    elif command == "keys":
        reply = us.call("/pay/keys", "key.list")
        print(reply["code"], *(key["key_id"] for key in reply.get("keys", [])))
    else:
        notice = us.notice(sys.stdin.buffer.read())
        if notice["event"] not in ("bill", "refund"):
            print("nothing to do:", notice["event"])
            return
        print(notice["status"], notice["out_trade_no"], notice["amount"],
              notice["currency"])
        if notice["event"] == "refund":     # amount is that of the bill
            print("refund", notice["out_refund_no"], notice["refund_amount"])


if __name__ == "__main__":
    try:
        main(*sys.argv[1:])
    except NotGenuine as error:
        sys.exit(f"not genuine: {error}")
