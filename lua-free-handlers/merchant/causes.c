
#include "causes.h"


const phone_cause_text_t  phone_cause_text[PHONE_CAUSES] = {

    [PHONE_TEXT_RIGHT] = { "", "", "" },

    [PHONE_TEXT_EMPTY] = {
        "EMPTY_KEPT",
        "Fields without a value are in your text: leave them out.",
        "待签名串包含了空值字段，请去掉没有值的字段。"
    },
    [PHONE_TEXT_NULL] = {
        "NULL_KEPT",
        "Fields without a value are in your text as null: leave them out.",
        "待签名串将空值写成了 null，请去掉没有值的字段。"
    },
    [PHONE_TEXT_ENCODED] = {
        "URL_ENCODED",
        "The values in your text are URL-encoded: sign them as they are, and "
        "encode them only in the form that you send.",
        "待签名串中的值经过了 URL 编码，请对原值签名，仅在发送表单时编码。"
    },
    [PHONE_TEXT_FORM] = {
        "URL_ENCODED",
        "The values in your text are encoded as in a form: sign them as they "
        "are, and encode them only in the form that you send.",
        "待签名串中的值经过了表单编码，请对原值签名，仅在发送表单时编码。"
    },
    [PHONE_TEXT_LOWER_HEX] = {
        "URL_ENCODED",
        "The values in your text are URL-encoded: sign them as they are, and "
        "encode them only in the form that you send.",
        "待签名串中的值经过了 URL 编码，请对原值签名，仅在发送表单时编码。"
    },
    [PHONE_TEXT_PLUS] = {
        "PLUS_NOT_ENCODED",
        "A plus sign was sent in a form without being encoded, and arrives as "
        "a space: write %2B.",
        "表单中的加号没有编码，到达时变成了空格，请写成 %2B。"
    },
    [PHONE_TEXT_CASE] = {
        "CASE_INSENSITIVE_SORT",
        "Your names are sorted without regard to case: sort them by their "
        "bytes, capital letters first.",
        "字段名排序时忽略了大小写，请按字节排序，大写字母在前。"
    },
    [PHONE_TEXT_UNSORTED] = {
        "NOT_SORTED",
        "Your fields are not sorted: sort them by the bytes of their names.",
        "字段没有排序，请按字段名的字节顺序排序。"
    },
    [PHONE_TEXT_BOOLEANS] = {
        "BOOLEAN",
        "Booleans are in your text as True and False: write true and false.",
        "布尔值写成了 True 和 False，请写成 true 和 false。"
    },
    [PHONE_TEXT_NUMBERS] = {
        "BOOLEAN",
        "Booleans are in your text as 1 and 0: write true and false.",
        "布尔值写成了 1 和 0，请写成 true 和 false。"
    },
    [PHONE_TEXT_SIGN] = {
        "SIGN_INCLUDED",
        "The field sign is in your text: leave it out.",
        "待签名串包含了 sign 字段，请去掉。"
    },
    [PHONE_TEXT_NO_TYPE] = {
        "SIGN_TYPE_LEFT_OUT",
        "The field sign_type is not in your text: only sign is left out.",
        "待签名串缺少 sign_type，只应去掉 sign。"
    },
    [PHONE_TEXT_NO_KEY] = {
        "KEY_ID_LEFT_OUT",
        "The field key_id is not in your text: every field but sign is "
        "signed.",
        "待签名串缺少 key_id，除 sign 以外的字段都要签名。"
    },
    [PHONE_TEXT_NO_SERVICE] = {
        "SERVICE_LEFT_OUT",
        "The field service is not in your text: every field but sign is "
        "signed.",
        "待签名串缺少 service，除 sign 以外的字段都要签名。"
    },
    [PHONE_TEXT_NEWLINE] = {
        "NEWLINE",
        "Your text ends with a line break: remove it.",
        "待签名串末尾有换行符，请去掉。"
    },
    [PHONE_TEXT_AND] = {
        "TRAILING_AND",
        "Your text ends with &: there is one between two fields only.",
        "待签名串末尾有多余的 &，请去掉。"
    },
    [PHONE_TEXT_LATIN1] = {
        "CHARSET",
        "Your text was encoded twice: its UTF-8 was taken for another "
        "charset. Sign the UTF-8 bytes that you send.",
        "待签名串被重复编码，请对所发送的 UTF-8 字节签名。"
    },
    [PHONE_CAUSE_TEXT] = {
        "OTHER_TEXT",
        "The digest is of another text than ours: compare yours with ours, "
        "or send it as doctor_text. Something on the way may change values.",
        "摘要与平台的待签名串不符，请对比两者，或用 doctor_text 发送您的待签名"
        "串，也可能是传输中改动了字段的值。"
    },
    [PHONE_CAUSE_CHARSET] = {
        "CHARSET",
        "Your text may be in another charset, such as GBK: sign the UTF-8 "
        "bytes that you send.",
        "待签名串可能使用了 GBK 等其他字符集，请对所发送的 UTF-8 字节签名。"
    },
    [PHONE_CAUSE_DIGEST_MISSING] = {
        "DIGEST_MISSING",
        "There is no digest: it is the MD5 of the text in hex.",
        "缺少 digest，应为待签名串的 MD5，十六进制。"
    },
    [PHONE_CAUSE_DIGEST_FORM] = {
        "DIGEST_FORM",
        "The digest is not 32 hex digits: it is the MD5 of the text in hex.",
        "digest 不是 32 位十六进制数，应为待签名串的 MD5。"
    },
    [PHONE_CAUSE_KEY_ID] = {
        "KEY_ID",
        "You have no valid key with this key_id: check it with the operator.",
        "没有与 key_id 对应的有效密钥，请与平台运营方核对。"
    },
    [PHONE_CAUSE_KEY_ID_MISSING] = {
        "KEY_ID_MISSING",
        "You have several keys: send key_id.",
        "您有多个密钥，请发送 key_id。"
    },
    [PHONE_CAUSE_SIGN_TYPE] = {
        "SIGN_TYPE",
        "This key is for another sign_type: sign by the one that the operator "
        "has registered it for, and send that.",
        "该密钥的 sign_type 与所发送的不同，请使用平台登记的类型签名并发送。"
    },
    [PHONE_CAUSE_SIGN_MISSING] = {
        "SIGN_MISSING",
        "There is no sign: it is the base64 of the signature.",
        "缺少 sign，应为签名的 base64。"
    },
    [PHONE_CAUSE_SIGN_FORM] = {
        "SIGN_FORM",
        "The sign is not base64, padded and on one line; in a form + is "
        "written as %2B.",
        "sign 不是单行且带填充的 base64，表单中的 + 须写成 %2B。"
    },
    [PHONE_CAUSE_NO_DIGEST] = {
        "DIGEST_LEFT_OUT",
        "You have signed the text without digest: add digest to the fields, "
        "and make the text again.",
        "签名时待签名串缺少 digest，请加入 digest 后重新拼接再签名。"
    },
    [PHONE_CAUSE_DIGEST_ONLY] = {
        "DIGEST_SIGNED",
        "You have signed the digest alone: sign the whole text, digest in "
        "it.",
        "只对 digest 签了名，请对包含 digest 的整个待签名串签名。"
    },
    [PHONE_CAUSE_HASH] = {
        "HASH",
        "You have signed with another hash: RSA2 is SHA-256, MD5withRSA is "
        "MD5.",
        "签名使用了其他哈希算法，RSA2 为 SHA-256，MD5withRSA 为 MD5。"
    },
    [PHONE_CAUSE_OTHER_KEY] = {
        "OTHER_KEY",
        "You have signed with another of your keys: send its key_id.",
        "签名使用了您的另一个密钥，请发送对应的 key_id。"
    },
    [PHONE_CAUSE_KEY] = {
        "KEY",
        "No key of yours has signed this: the private key belongs to another "
        "public key than the operator has, it may be one of a test, or its "
        "file was read in the wrong form (PKCS #1, PKCS #8).",
        "签名与您的任何密钥都不符：私钥与平台登记的公钥不是一对，可能误用了测试"
        "密钥，或密钥文件的格式（PKCS #1、PKCS #8）读取有误。"
    },
    [PHONE_CAUSE_KEY_OR_TEXT] = {
        "KEY",
        "This is a signature of another text, or by another key; which one "
        "cannot be seen. Sign signed_text as shown here, byte for byte, and "
        "check with the operator that the private key belongs to key_id.",
        "签名的内容或密钥与此处所示的不同，无法判断是哪一个。请逐字节对 "
        "signed_text 签名，并与平台运营方核对私钥与 key_id 是否对应。"
    },
    [PHONE_CAUSE_OTHER_TEXT] = {
        "OTHER_TEXT_SIGNED",
        "Your key has signed another text: sign signed_text as shown here, "
        "byte for byte.",
        "密钥正确，但签名的内容不同，请逐字节对此处的 signed_text 签名。"
    },
    [PHONE_CAUSE_SECRET] = {
        "SECRET",
        "The MAC is not of signed_text, or by another secret: use the "
        "characters of the secret as they are, and all 32 bytes of the "
        "result.",
        "MAC 与 signed_text 不符，或密钥有误，请直接使用密钥的字符，并发送完整"
        "的 32 字节结果。"
    },
    [PHONE_CAUSE_TIMESTAMP] = {
        "TIMESTAMP_SKEW",
        "The timestamp is no Unix time in seconds, or too far from ours: set "
        "your clock.",
        "timestamp 不是以秒为单位的 Unix 时间，或与平台时间相差过大，请校准"
        "时钟。"
    },
    [PHONE_CAUSE_NONCE] = {
        "NONCE",
        "The nonce has 8 to 64 characters of A-Z a-z 0-9 _ . -: make it anew "
        "for each call.",
        "nonce 须为 8 至 64 个字符（A-Z a-z 0-9 _ . -），每次请求重新生成。"
    },
    [PHONE_CAUSE_NONCE_USED] = {
        "NONCE_REUSED",
        "This nonce has been used by a call: make it anew for each call.",
        "该 nonce 已被使用，请每次请求重新生成。"
    },
    [PHONE_CAUSE_SERVICE] = {
        "SERVICE_MISSING",
        "There is no service: it names the call, as bill.create does.",
        "缺少 service，其值为接口名称，例如 bill.create。"
    },
    [PHONE_CAUSE_CLOSED] = {
        "MERCHANT_CLOSED",
        "The signature is right, but this merchant is closed: ask the "
        "operator.",
        "签名正确，但该商户已停用，请联系平台运营方。"
    }
};
