// A merchant of ngx_phone in Go (1.18 or newer, standard library): posts a bill,
// checks the reply, checks a notice.  The rule is in docs/protocol.md.
//
//	export PHONE_URL=http://127.0.0.1:8080 PHONE_MERCHANT=tea-shop
//	export PHONE_KEY=shop.key PHONE_PLATFORM_KEY=platform.pub
//	export PHONE_KEY_ID=k1                  # one of several keys has to be named
//	export PHONE_SIGN_TYPE=RSA2             # or Ed25519; with HMAC-SHA256 both
//	                                        # keys are the file of the secret
//	go run merchant.go bill T1001 1280 +8613800000001 'tea & cake'
//	go run merchant.go keys                    # whose reply has a list
//	go run merchant.go notice < body           # what was posted to notify_url
//	go run merchant.go vectors docs/vectors.json
package main

import (
	"bytes"
	"crypto"
	"crypto/ed25519"
	"crypto/hmac"
	"crypto/md5"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"regexp"
	"sort"
	"strconv"
	"strings"
	"time"
)

const skew = 300 // seconds between two clocks

// Fields are the values as texts: digits of a number, true or false.  Each item
// of a list is a field: rows.17.points.
type Fields map[string]string

// ErrNotGenuine: the text does not prove that the platform has said this.
var ErrNotGenuine = errors.New("not genuine")

func notGenuine(why ...any) error {
	return fmt.Errorf("%w: %s", ErrNotGenuine, fmt.Sprint(why...))
}

var (
	fieldName = regexp.MustCompile(`^[A-Za-z0-9_.]+$`)
	ambiguous = regexp.MustCompile(`&[A-Za-z0-9_.]+=`)
	itemName  = regexp.MustCompile(`\.[0-9]+(\.|$)`)
)

// canonical is what is digested (without "digest") and signed (with it).
func canonical(fields Fields, without string) (string, error) {
	var pairs []string
	for _, name := range sortedNames(fields) {
		value := fields[name]
		if value == "" || name == "sign" || name == without {
			continue
		}
		if !fieldName.MatchString(name) {
			return "", notGenuine(name, ": no name of a field")
		}
		if ambiguous.MatchString(value) {
			return "", notGenuine(name, ": & followed by a name and =")
		}
		pairs = append(pairs, name+"="+value)
	}
	return strings.Join(pairs, "&"), nil
}

func sortedNames(fields Fields) []string {
	var names []string
	for name := range fields {
		names = append(names, name)
	}
	sort.Strings(names)
	return names
}

func digest(fields Fields) (string, error) {
	text, err := canonical(fields, "digest")
	sum := md5.Sum([]byte(text))
	return hex.EncodeToString(sum[:]), err
}

func hash(signType, text string) (crypto.Hash, []byte) {
	if signType == "MD5withRSA" {
		sum := md5.Sum([]byte(text))
		return crypto.MD5, sum[:]
	}
	sum := sha256.Sum256([]byte(text))
	return crypto.SHA256, sum[:]
}

// sign adds digest and sign.
func sign(fields Fields, key Key) (err error) {
	if fields["digest"], err = digest(fields); err != nil {
		return err
	}
	text, err := canonical(fields, "")
	if err != nil {
		return err
	}
	var signature []byte
	switch key := key.(type) {
	case *rsa.PrivateKey:
		kind, sum := hash(fields["sign_type"], text)
		signature, err = rsa.SignPKCS1v15(rand.Reader, key, kind, sum)
	case ed25519.PrivateKey:
		signature = ed25519.Sign(key, []byte(text))
	case Secret:
		signature = mac(text, key)
	}
	fields["sign"] = base64.StdEncoding.EncodeToString(signature)
	return err
}

func verify(text, signType string, key Key, signature []byte) bool {
	switch key := key.(type) {
	case *rsa.PublicKey:
		kind, sum := hash(signType, text)
		return rsa.VerifyPKCS1v15(key, kind, sum, signature) == nil
	case ed25519.PublicKey:
		return ed25519.Verify(key, []byte(text), signature)
	case Secret:
		return hmac.Equal(mac(text, key), signature)
	}
	return false
}

func mac(text string, secret Secret) []byte {
	sum := hmac.New(sha256.New, secret)
	sum.Write([]byte(text))
	return sum.Sum(nil)
}

// Key is half of an RSA or an Ed25519 pair, or a Secret.
type Key any

// Secret is what HMAC-SHA256 signs with, in both directions.
type Secret []byte

// Merchant is one of the platform's; SignType is what it has recorded, KeyID
// that of Key, "" for the only one.  PlatformKeys are by key_id; the one of ""
// is of any key_id.
type Merchant struct {
	URL, ID, SignType, KeyID string
	Key                      Key
	PlatformKeys             map[string]Key
}

// Call makes one call and gives the reply's fields.  After an error nobody
// knows whether it was done: call again with the same out_trade_no.
func (m *Merchant) Call(path, service string, fields Fields) (Fields, error) {
	random := make([]byte, 12)
	if _, err := rand.Read(random); err != nil {
		return nil, err
	}
	nonce := hex.EncodeToString(random)
	fields["merchant_id"] = m.ID
	fields["service"] = service
	fields["timestamp"] = strconv.FormatInt(time.Now().Unix(), 10)
	fields["nonce"] = nonce
	fields["sign_type"] = m.SignType
	fields["key_id"] = m.KeyID
	if err := sign(fields, m.Key); err != nil {
		return nil, err
	}
	form := url.Values{}
	for name, value := range fields {
		form.Set(name, value)
	}
	client := http.Client{Timeout: 30 * time.Second}
	answer, err := client.PostForm(m.URL+path, form)
	if err != nil {
		return nil, err
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	if err != nil {
		return nil, err
	}
	return m.Reply(body, nonce, time.Now().Unix())
}

// Reply checks what came for the call with this nonce.
func (m *Merchant) Reply(body []byte, nonce string, now int64) (Fields, error) {
	fields, err := jsonFields(body)
	if err != nil {
		return nil, notGenuine("the reply is not JSON")
	}
	if fields["sign"] == "" {
		return nil, notGenuine("not signed: ", fields["code"], " ",
			fields["message"], " ", fields["field"])
	}
	if err := m.check(fields, now); err != nil {
		return nil, err
	}
	if fields["request_nonce"] != nonce {
		return nil, notGenuine("the reply is to another call")
	}
	return fields, nil
}

// Notice gives the fields of a notice: answer 200 with the body "success".  If
// event is bill or refund, first compare out_trade_no, amount and currency with
// your order, look at status, and count notify_id once; of any other event do
// nothing.
func (m *Merchant) Notice(body string, now int64) (Fields, error) {
	form, err := url.ParseQuery(strings.TrimSpace(body))
	if err != nil {
		return nil, notGenuine("the notice is no form")
	}
	fields := Fields{}
	for name, values := range form {
		if len(values) > 1 {
			return nil, notGenuine("a field appears twice")
		}
		if values[0] == "" {
			return nil, notGenuine("a field is empty: it is not signed")
		}
		fields[name] = values[0]
	}
	if err := m.check(fields, now); err != nil {
		return nil, err
	}
	if fields["event"] == "" || fields["notify_id"] == "" {
		return nil, notGenuine("this is no notice")
	}
	return fields, nil
}

// platformKey: while the platform replaces its key, two are right.
func (m *Merchant) platformKey(fields Fields) (Key, error) {
	for _, id := range []string{fields["key_id"], ""} {
		if key := m.PlatformKeys[id]; key != nil {
			return key, nil
		}
	}
	return nil, notGenuine("no key of the platform with this key_id")
}

func (m *Merchant) check(fields Fields, now int64) error {
	platformKey, err := m.platformKey(fields)
	if err != nil {
		return err
	}
	sum, err := digest(fields)
	if err != nil || fields["digest"] != sum {
		return notGenuine("the digest does not fit")
	}
	text, _ := canonical(fields, "")
	signature, err := base64.StdEncoding.DecodeString(fields["sign"])
	if err != nil || fields["sign_type"] != m.SignType ||
		!verify(text, m.SignType, platformKey, signature) {
		return notGenuine("the signature does not fit")
	}
	if fields["merchant_id"] != m.ID {
		return notGenuine("for another merchant")
	}
	sent, err := strconv.ParseInt(fields["timestamp"], 10, 64)
	if err != nil || sent < now-skew || sent > now+skew {
		return notGenuine("too old")
	}
	return nil
}

func jsonFields(body []byte) (Fields, error) {
	var object map[string]any
	decoder := json.NewDecoder(bytes.NewReader(body))
	decoder.UseNumber() // digits as they are
	if err := decoder.Decode(&object); err != nil {
		return nil, err
	}
	fields := Fields{}
	for name, value := range object {
		if itemName.MatchString(name) {
			return nil, errors.New("the name of an item of a list")
		}
		fields.add(name, value)
	}
	return fields, nil
}

func (fields Fields) add(name string, value any) {
	switch value := value.(type) {
	case nil:
	case []any:
		for i, item := range value {
			fields.add(name+"."+strconv.Itoa(i), item)
		}
	case map[string]any:
		for member, part := range value {
			fields.add(name+"."+member, part)
		}
	default:
		fields[name] = fmt.Sprint(value)
	}
}

func privateKey(text []byte, signType string) (Key, error) {
	if signType == "HMAC-SHA256" {
		return Secret(bytes.TrimSpace(text)), nil
	}
	block, _ := pem.Decode(text)
	if block == nil {
		return nil, errors.New("no PEM in the private key")
	}
	if block.Type == "RSA PRIVATE KEY" {
		return x509.ParsePKCS1PrivateKey(block.Bytes)
	}
	return x509.ParsePKCS8PrivateKey(block.Bytes)
}

func publicKey(text []byte, signType string) (Key, error) {
	if signType == "HMAC-SHA256" {
		return Secret(bytes.TrimSpace(text)), nil
	}
	block, _ := pem.Decode(text)
	if block == nil {
		return nil, errors.New("no PEM in the platform's key")
	}
	return x509.ParsePKIXPublicKey(block.Bytes)
}

type vector struct {
	Name, Canonical, Digest, Text, Sign, Body string
	Nonce                                     string `json:"request_nonce"`
	SignType                                  string `json:"sign_type"`
	Key                                       string
	PlatformKey                               string `json:"platform_key"`
	Now                                       int64
	Genuine                                   bool
	Fields                                    json.RawMessage
}

// vectors checks this program against docs/vectors.json.
func vectors(file string) error {
	var known struct {
		Keys                   map[string]map[string]string
		Sign, Replies, Notices []vector
	}
	text, err := os.ReadFile(file)
	if err == nil {
		err = json.Unmarshal(text, &known)
	}
	if err != nil {
		return err
	}
	for _, v := range known.Sign {
		fields, _ := jsonFields(v.Fields)
		key, err := privateKey([]byte(known.Keys[v.Key]["private"]),
			fields["sign_type"])
		if err != nil {
			return err
		}
		plain, _ := canonical(fields, "")
		if err := sign(fields, key); err != nil {
			return err
		}
		signed, _ := canonical(fields, "")
		if plain != v.Canonical || signed != v.Text ||
			fields["digest"] != v.Digest || fields["sign"] != v.Sign {
			return errors.New("vector does not fit: " + v.Name)
		}
	}
	for _, v := range append(known.Replies, known.Notices...) {
		platform, err := publicKey(
			[]byte(known.Keys[v.PlatformKey]["public"]), v.SignType)
		if err != nil {
			return err
		}
		us := Merchant{"", "tea", v.SignType, "", nil,
			map[string]Key{"": platform}}
		if v.Nonce != "" {
			_, err = us.Reply([]byte(v.Body), v.Nonce, v.Now)
		} else {
			_, err = us.Notice(v.Body, v.Now)
		}
		if errors.Is(err, ErrNotGenuine) == v.Genuine {
			return errors.New("vector does not fit: " + v.Name)
		}
	}
	fmt.Printf("vectors: %d signed, %d replies, %d notices\n",
		len(known.Sign), len(known.Replies), len(known.Notices))
	return nil
}

func us() (*Merchant, error) {
	ours, err := os.ReadFile(os.Getenv("PHONE_KEY"))
	if err != nil {
		return nil, err
	}
	m := &Merchant{URL: os.Getenv("PHONE_URL"),
		ID: os.Getenv("PHONE_MERCHANT"), SignType: "RSA2",
		KeyID: os.Getenv("PHONE_KEY_ID")}
	if signType := os.Getenv("PHONE_SIGN_TYPE"); signType != "" {
		m.SignType = signType
	}
	if m.Key, err = privateKey(ours, m.SignType); err != nil {
		return nil, err
	}
	m.PlatformKeys, err = platformKeys(os.Getenv("PHONE_PLATFORM_KEY"),
		m.SignType)
	return m, err
}

// platformKeys: platform.pub, or p1:old.pub,p2:new.pub while the key is
// replaced.
func platformKeys(text, signType string) (map[string]Key, error) {
	keys := map[string]Key{}
	for _, part := range strings.Split(text, ",") {
		id, file := "", part
		if colon := strings.LastIndex(part, ":"); colon >= 0 {
			id, file = part[:colon], part[colon+1:]
		}
		pem, err := os.ReadFile(file)
		if err != nil {
			return nil, err
		}
		if keys[id], err = publicKey(pem, signType); err != nil {
			return nil, err
		}
	}
	return keys, nil
}

func run(args []string) error {
	if len(args) == 2 && args[0] == "vectors" {
		return vectors(args[1])
	}
	m, err := us()
	if err != nil {
		return err
	}
	if len(args) == 5 && args[0] == "bill" {
		reply, err := m.Call("/pay/bill", "bill.create", Fields{
			"out_trade_no": args[1], "amount": args[2],
			"payer_phone": args[3], "subject": args[4]})
		if err != nil {
			return err
		}
		if reply["code"] != "OK" {
			return fmt.Errorf("%v %v %v %v", reply["code"], reply["field"],
				reply["reason"], reply["message"])
		}
		fmt.Println(reply["code"], reply["bill_id"], reply["status"])
		return nil
	}
	if len(args) == 1 && args[0] == "keys" {
		reply, err := m.Call("/pay/keys", "key.list", Fields{})
		if err != nil {
			return err
		}
		fmt.Print(reply["code"])
		for i := 0; reply[fmt.Sprintf("keys.%d.key_id", i)] != ""; i++ {
			fmt.Print(" ", reply[fmt.Sprintf("keys.%d.key_id", i)])
		}
		fmt.Println()
		return nil
	}
	body, err := io.ReadAll(os.Stdin)
	if err != nil {
		return err
	}
	notice, err := m.Notice(string(body), time.Now().Unix())
	if err != nil {
		return err
	}
	switch notice["event"] {
	case "bill", "refund":
		fmt.Println(notice["status"], notice["out_trade_no"],
			notice["amount"], notice["currency"])
		if notice["event"] == "refund" { // amount is that of the bill
			fmt.Println("refund", notice["out_refund_no"],
				notice["refund_amount"])
		}
	default:
		fmt.Println("nothing to do:", notice["event"])
	}
	return nil
}

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
