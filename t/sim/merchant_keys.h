
/*
 * Public keys of simulated merchants: RSA, 2048 bits, and the last one Ed25519,
 * as SubjectPublicKeyInfo in base64.  Nobody kept the private halves, and
 * nobody needs them: see sim_signature().
 */


#ifndef _SIM_MERCHANT_KEYS_H_INCLUDED_
#define _SIM_MERCHANT_KEYS_H_INCLUDED_


static const char *const  sim_merchant_keys[] = {
    "MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAylqjfzhInz0HS/X6HiLWlK50/7"
    "lhWutR1gLhRU5w4wKofiV6GeUpF6wwFdsU3CYnZVoUGLuLeCsABZY+clvvSyCxQQp7CRfr"
    "hyvnAbS3BrO9zH8xmkk/gOfcyjXQo7vXcSBYYcOSKLstTWP9ulKCX61vZ01xK/yqeL2WUf"
    "Bw6TwFGd3bWAmPL0IRORQVjwy8aWTG74j3TlcxW/69ZlOjYRL3UgAVwww/yA25vdZB7cv1"
    "OHEQfiFob7muxBl01cJ+VI72cPQFb5RLi9UbFbaugwqoshE3Gjc+2UUKH6B+otKzVOjKAK"
    "jpa5gj22x36fnBJvBU5rinmYzvSAk5pFVFmQIDAQAB",

    "MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEA3zMQ2Y43hAuH1+WV2GgkhX5D93"
    "MmvKKwi4U80W6Mz1ZIgW69kTAMuaiV3HHmP4HXx4D086B05ZIAZC/HfmW1o3a4Aw7qc64I"
    "mEXTo7Q+slTciWjKRaugjMLstmOiUG5+UmXTjNtXbFjjIfYpAjEsgtHqfPBcdP3fvjWYMS"
    "wJItSAlRHYDng5K+FM81N+qvBPEzZt6GOL4nPk5DY/w1T1dGQHfvPOFa5iZmiXoxg2Zody"
    "7MsryNax0oQpoxRZq2VXJiLzYsSLTb3ymNIh4qE50kfSPhfpxj6gAyI50qEGxEIpM2BHZQ"
    "gVSSaD6PcRTx5FsofILfrvHNW7KvSJyvrA/wIDAQAB",

    "MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAnaBjWE1RXctcDdP9N/6a5YAqiW"
    "bF+RIFtu3ftZz1xXe8TkVxMPvHeUfdEtmgoc69ZRL7IpGcV/oNi2tyFXkV3yiNdSvReyZ3"
    "u5sa2vz5SZ4JJ0lHEgiG99lw2mOnLYPIAaDFFsVv/hzH5a+DWzxRYbLzSyIfK/Kk2a0OCb"
    "iprPz/4qrjt3WKKmLlrwYT98lSFYloeTtjcemgXV/F2xgUuvVpD7cDSZxUj9jzj8YH/wJz"
    "2GOwG83+0nwj86Oy1IT0tBxU3dKx0gfs6XB7mcdE+FTKtGnCKFiQJ1yGdfuQXe33FOQSbG"
    "cC/IaAUOlEmrm7U7vifvMvZ7DOS2/McjZrGQIDAQAB",

    "MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAmn1FuAyZK/DdMR8rNBqXi1ayMj"
    "h1rvG47+7VRTRwL8fRgeuNlc8AGxowhcJ12vYOoFUi2eU1Q4bcq+HMMgG3HJLjDMY408mX"
    "qh82rDK/jG7S37ll3ALz6NY4XW8+mk6OWvkk7uycMvkv/2cuWmMS1uXrhe1pTAVM7+m5C5"
    "02aQT3vrlY3paoE/gc7cvMK8bgNhiQ2IMeK7I2/lD1nuUwNRfjgbXXWLMPMfECgL1ZkNUP"
    "UZuV9W9GFhi3nj5VD5TAbFb/McZqEhmmvL90hWxo+YkO+sVkMqBzv3qq/gKz0ahtpjLhQL"
    "6zYnYtR/HXloaSsKm7IlAQ7tpEewydfkQTgQIDAQAB",

    "MCowBQYDK2VwAyEAx7pmOrhSp4ha1v+/OKT9GffTlXKVBxCNVVB+Jx6OFpQ="
};


#endif /* _SIM_MERCHANT_KEYS_H_INCLUDED_ */
