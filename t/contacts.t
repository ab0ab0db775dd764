# The phonebook: its calls through real nginx.  What becomes of files is in
# t/unit/contact_import.c and t/flow/contacts.t.

use lib 't/lib';
use Phone::World;

no_long_string();
run_tests();

__DATA__

=== TEST 1: a contact
--- session: li
--- request
POST /mail/contacts
{"name":"Carl","numbers":[{"number":"139 1111 0009","label":"work"}],"note":"tea"}
--- response_body_like: "contact_id":"\d{3}-[0-9A-Z]{26}","name":"Carl","numbers":\[\{"number":"\+8613911110009","label":"work"\}\],"note":"tea","created_at":"[^"]+","changed_at":"[^"]+"\}



=== TEST 2: a number that another contact has
--- session: li
--- request
POST /mail/contacts
{"name":"Carl","numbers":[{"number":"13911110009"},{"number":"0086 139 1111 0001"}]}
--- error_code: 400
--- response_body_like: "code":"PARAM_INVALID".*"field":"numbers\[1\].number"



=== TEST 3: the same, as it should be written
--- session: li
--- request
POST /mail/contacts
{"name":"Carl","numbers":[{"number":"13911110009"},{"number":"+86 139 1111 0001"}]}
--- error_code: 409
--- response_body_like: "code":"NUMBER_HELD".*"field":"numbers\[1\].number","contact_id":"$TEST_NGINX_CONTACT"



=== TEST 4: one that is there
--- session: li
--- request
GET /mail/contacts/$TEST_NGINX_CONTACT
--- response_body_like: "name":"Anna","numbers":\[\{"number":"\+8613911110001","label":"other"\},\{"number":"\+8613911110002","label":"other"\}\]



=== TEST 5: it is changed
--- session: li
--- request
PUT /mail/contacts/$TEST_NGINX_CONTACT
{"name":"Anne","numbers":[{"number":"13911110002","label":"home"}]}
--- response_body_like: "name":"Anne","numbers":\[\{"number":"\+8613911110002","label":"home"\}\],"created_at"



=== TEST 6: it is removed
--- session: li
--- request
DELETE /mail/contacts/$TEST_NGINX_CONTACT
--- response_body: {"code":"OK"}



=== TEST 7: somebody else's is not there
--- session: li
--- more_headers
Content-Type: application/json
--- request eval
["GET /mail/contacts/\$TEST_NGINX_CONTACT_ZHAO", "PUT /mail/contacts/\$TEST_NGINX_CONTACT_ZHAO\n" . '{"name":"a","numbers":[{"number":"13911110007"}]}', "DELETE /mail/contacts/\$TEST_NGINX_CONTACT_ZHAO", "GET /mail/contacts/017-01HQVN11S0X4BVD2QR9GQ82KTS", "GET /mail/contacts/x"]
--- error_code eval
[404, 404, 404, 404, 404]
--- response_body_like eval
[('"code":"NOT_FOUND".*"field":"contact_id"') x 5]



=== TEST 8: nobody is logged in
--- more_headers
Content-Type: application/json
--- request eval
["GET /mail/contacts", "POST /mail/contacts\n{}", "GET /mail/contacts/\$TEST_NGINX_CONTACT", "GET /mail/contacts/export", "GET /mail/contacts/import/\$TEST_NGINX_IMPORT", "POST /mail/contacts/import/\$TEST_NGINX_IMPORT/undo"]
--- error_code eval
[401, 401, 401, 401, 401, 401]
--- response_body_like eval
[('LOGIN_REQUIRED') x 6]



=== TEST 9: the list
--- session: li
--- request eval
["GET /mail/contacts", "GET /mail/contacts?q=ANN", "GET /mail/contacts?q=110002", "GET /mail/contacts?q=13911110002", "GET /mail/contacts?q=0139-1111", "GET /mail/contacts?q=bert", "GET /mail/contacts?after=1&before=1", "GET /mail/contacts?limit=101"]
--- error_code eval
[200, 200, 200, 200, 200, 200, 400, 400]
--- response_body_like eval
['"contacts":\[\{"contact_id"', '"Anna"', '"Anna"', '"Anna"', '"Anna"', '"contacts":\[\]', '"field":"after"', '"field":"limit"']



=== TEST 10: methods
--- session: li
--- request eval
["PUT /mail/contacts\n{}", "GET /mail/contacts/import", "POST /mail/contacts/\$TEST_NGINX_CONTACT\n{}"]
--- error_code eval
[405, 404, 405]
--- response_body_like eval
['METHOD_NOT_ALLOWED', '.', 'METHOD_NOT_ALLOWED']



=== TEST 11: a name that cannot be read, and other things
--- session: li
--- request eval
["POST /mail/contacts\n" . '{"name":"a\u202eb","numbers":[{"number":"13911110007"}]}', "POST /mail/contacts\n" . '{"name":"a","numbers":[]}', "POST /mail/contacts\n" . '{"name":"a","numbers":[{"number":"10086"}]}', "POST /mail/contacts\n" . '{"name":"a","numbers":[{"number":"13911110007","label":"fax"}]}']
--- error_code eval
[400, 400, 400, 400]
--- response_body_like eval
['"field":"name"', '"field":"numbers"', '"field":"numbers\[0\].number"', '"field":"numbers\[0\].label"']



=== TEST 12: a file as the body
--- session: li
--- more_headers
Content-Type: text/csv
--- request eval
"POST /mail/contacts/import?dry_run=1\nName,Phone\na,13911110007\nb,1\n"
--- response_body_like: "job_id":"[^"]+","dry_run":true,"format":"csv","rows":2,"created":0,"merged":0,"duplicate":0,"invalid":0,"done":0,"stored":0,"created_at":"[^"]+","state":"RUNNING"



=== TEST 13: a file in a form
--- session: li
--- more_headers
Content-Type: multipart/form-data; boundary=XX
--- request eval
"POST /mail/contacts/import\n--XX\r\nContent-Disposition: form-data; name=\"dry_run\"\r\n\r\n0\r\n--XX\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.vcf\"\r\nContent-Type: text/vcard\r\n\r\nBEGIN:VCARD\r\nFN:a\r\nTEL:13911110007\r\nEND:VCARD\r\n\r\n--XX--\r\n"
--- response_body_like: "dry_run":false,"format":"vcard","rows":1



=== TEST 14: files that cannot be read
--- session: li
--- more_headers
Content-Type: text/csv
--- request eval
["POST /mail/contacts/import\nname\na\n", "POST /mail/contacts/import\nname,phone\na,\"1", "POST /mail/contacts/import\n\x89PNG\x0d\x0a\x1a\x0a\x00\x00"]
--- error_code eval
[400, 400, 400]
--- store_changes
--- response_body_like eval
['"code":"CONTACTS_UNREADABLE".*"field":"file","row":1,"reason":"no column of the first line has phone numbers', '"row":2,"reason":"a quote is opened and not closed"', 'CONTACTS_UNREADABLE']



=== TEST 15: no file
--- session: li
--- request
POST /mail/contacts/import
dry_run=1
--- error_code: 400
--- response_body_like: "field":"file"



=== TEST 16: one that is too large
--- session: li
--- more_headers
Content-Type: text/csv
--- request eval
"POST /mail/contacts/import\nName,Phone\n" . "a,13911110007\n" x 750_000
--- error_code: 413
--- response_body_like: "code":"TOO_LARGE"



=== TEST 17: another one runs
--- session: zhao
--- more_headers
Content-Type: text/csv
--- request eval
"POST /mail/contacts/import\nName,Phone\na,13911110007\n"
--- error_code: 409
--- response_headers
Retry-After: 1
--- response_body_like: "code":"IMPORT_RUNNING"



=== TEST 18: the same file runs
--- session: zhao
--- more_headers
Content-Type: text/csv
--- request eval
"POST /mail/contacts/import\nName,Phone\nCarl,13911110003"
--- response_body_like: "job_id":"$TEST_NGINX_IMPORT".*"state":"RUNNING"



=== TEST 19: how far it is
--- session: zhao
--- request
GET /mail/contacts/import/$TEST_NGINX_IMPORT
--- response_body_like: "rows":1,.*"state":"RUNNING","results":\[\]



=== TEST 20: somebody else's import
--- session: li
--- request eval
["GET /mail/contacts/import/\$TEST_NGINX_IMPORT", "POST /mail/contacts/import/\$TEST_NGINX_IMPORT/undo", "GET /mail/contacts/import/017-01HQVN11S0X4BVD2QR9GQ82KTS", "POST /mail/contacts/import/x/undo"]
--- error_code eval
[404, 404, 404, 404]
--- response_body_like eval
[('"code":"NOT_FOUND".*"field":"job_id"') x 4]



=== TEST 21: it is not taken back while it runs
--- session: zhao
--- request
POST /mail/contacts/import/$TEST_NGINX_IMPORT/undo
--- error_code: 409
--- response_body_like: "code":"IMPORT_RUNNING"



=== TEST 22: a dry run is not taken back
--- session: qian
--- request
POST /mail/contacts/import/$TEST_NGINX_IMPORT_DRY/undo
--- error_code: 409
--- response_body_like: "code":"NOTHING_TO_UNDO"



=== TEST 23: export
--- session: li
--- request eval
["GET /mail/contacts/export", "GET /mail/contacts/export?format=csv"]
--- error_code eval
[200, 200]
--- response_headers_like eval
['Content-Type: text/vcard; charset=utf-8', 'Content-Type: text/csv; charset=utf-8']
--- response_body_like eval
['BEGIN:VCARD\r\nVERSION:4.0\r\nFN:Anna\r\nTEL;VALUE=uri:tel:\+8613911110001\r\n', 'Anna,,other,\'\+8613911110001,other,']



=== TEST 24: another format
--- session: li
--- request
GET /mail/contacts/export?format=xml
--- error_code: 400
--- response_body_like: "code":"PARAM_INVALID".*"field":"format"



=== TEST 25: below another prefix
--- session: li
--- server
location /book/contacts {
    phone_mail /book/;
}
--- request eval
["GET /book/contacts/\$TEST_NGINX_CONTACT", "GET /book/contacts?q=anna", "GET /book/contacts/export"]
--- error_code eval
[200, 200, 200]
--- response_body_like eval
['Anna', 'Anna', 'Anna']



=== TEST 26: without blobs
--- without: phone_blobs
--- request
GET /mail/contacts
--- must_die
--- error_log
[emerg]
"phone_blobs" is missing: a location with phone endpoints needs it



=== TEST 27: the store is away
--- store_away
--- session: li
--- request
GET /mail/contacts
--- error_code: 503
--- response_body_like: STORE_UNAVAILABLE
