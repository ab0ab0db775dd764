-- The peer: session check, bill and payment with nginx's Lua module and
-- lua-resty-redis, as a careful Lua programmer would write them.  It does less
-- than ngx_phone (one commit script a call, no double entry, no nonces, no
-- PIN), so the comparison errs on its side.

local redis = require "nginx.redis"
local cjson = require "cjson"
local rsa = require "rsa"

local M = {}
local merchants, platform
local dir, sha = nil, {}

local SCRIPT = {
    bill = [[
local old = redis.call('GET', KEYS[1])
if old then
    local b = redis.call('HMGET', 'lua:bill:' .. old, 'amount', 'payer', 'status')
    if b[1] ~= ARGV[4] or b[2] ~= ARGV[5] then return {409} end
    return {200, old, b[3]}
end
redis.call('SET', KEYS[1], ARGV[1])
redis.call('HSET', KEYS[2], 'merchant', ARGV[2], 'order', ARGV[3],
           'amount', ARGV[4], 'payer', ARGV[5], 'subject', ARGV[6],
           'notify_url', ARGV[7], 'status', 'CREATED', 'created', ARGV[8])
redis.call('XADD', KEYS[3], 'MAXLEN', '~', '100', '*', 'bill', ARGV[1],
           'amount', ARGV[4], 'merchant', ARGV[2])
return {200, ARGV[1], 'CREATED'}
]],
    pay = [[
local s = redis.call('HMGET', KEYS[1], 'phone', 'expires')
if not s[1] or tonumber(s[2]) <= tonumber(ARGV[1]) then return {401} end
local b = redis.call('HMGET', KEYS[2], 'payer', 'status', 'amount',
                     'merchant', 'notify_url')
if not b[1] or b[1] ~= s[1] then return {404} end
if b[2] ~= 'CREATED' then return {409} end
local c = redis.call('HMGET', KEYS[3], 'owner', 'balance')
if c[1] ~= s[1] then return {404} end
local amount = tonumber(b[3])
if tonumber(c[2]) < amount then return {403} end
local left = redis.call('HINCRBY', KEYS[3], 'balance', -amount)
redis.call('HINCRBY', 'lua:merchant:' .. b[4], 'balance', amount)
redis.call('HSET', KEYS[2], 'status', 'PAID', 'paid_at', ARGV[1],
           'card', ARGV[2])
redis.call('XADD', KEYS[4], '*', 'bill', ARGV[3], 'card', ARGV[2],
           'merchant', b[4], 'amount', b[3])
redis.call('XADD', KEYS[5], '*', 'event', 'paid', 'bill', ARGV[3],
           'url', b[5])
return {200, 'PAID', left}
]]
}


local function slurp(path)
    local f = assert(io.open(path, "rb"))
    local text = f:read("*a")
    f:close()
    return text
end


function M.init(data, nmerchants)
    dir, merchants = data, {}

    for i = 0, nmerchants - 1 do
        local id = string.format("m%03d", i)
        merchants[id] = rsa.public(slurp(dir .. "/" .. id .. ".pub"))
    end

    platform = rsa.private(slurp(dir .. "/platform.key"))

    for name, text in pairs(SCRIPT) do
        sha[name] = (ngx.sha1_bin(text):gsub(".", function (c)
            return string.format("%02x", c:byte())
        end))
    end
end


local function answer(status, t)
    local text = cjson.encode(t)

    ngx.status = status
    ngx.header["Content-Length"] = #text
    ngx.print(text)
end


local function connect()
    local r = redis:new()

    r:set_timeout(2000)

    if r:connect("unix:" .. ngx.var.bench_redis) then
        return r
    end
end


local function run(name, ...)
    local r = connect()
    if not r then
        return nil
    end

    local reply, err = r:evalsha(sha[name], ...)

    if reply == false and err:find("NOSCRIPT", 1, true) == 1 then
        reply = r:eval(SCRIPT[name], ...)
    end

    if reply then
        r:set_keepalive(60000, 128)
    end

    return reply
end


local function form()
    ngx.req.read_body()

    local args, err = ngx.req.get_post_args(40)

    if err then
        return nil
    end

    for _, v in pairs(args) do
        if type(v) ~= "string" then
            return nil
        end
    end

    return args
end


local function canonical(args)
    local names, n = {}, 0

    for k, v in pairs(args) do
        if v ~= "" and k ~= "sign" then
            n = n + 1
            names[n] = k
        end
    end

    table.sort(names)

    for i = 1, n do
        names[i] = names[i] .. "=" .. args[names[i]]
    end

    return table.concat(names, "&")
end


local function session()
    local id = ngx.var.cookie_lua_session

    if id and #id == 32 and ngx.re.find(id, "^[0-9a-f]+$", "jo") then
        return id
    end
end


function M.me()
    local id = session()

    if not id then
        return answer(401, { code = "LOGIN_REQUIRED" })
    end

    local r = connect()

    if not r then
        return answer(503, { code = "STORE_UNAVAILABLE" })
    end

    local reply = r:hmget("lua:session:" .. id, "phone", "expires")

    if not reply then
        return answer(503, { code = "STORE_UNAVAILABLE" })
    end

    r:set_keepalive(60000, 128)

    local expires = tonumber(reply[2])

    if not expires or expires <= ngx.time() then
        return answer(401, { code = "LOGIN_REQUIRED" })
    end

    return answer(200, { code = "OK", phone = reply[1], expires = expires })
end


local serial = 0

local function new_id()
    serial = serial + 1
    return string.format("%013.0f-%d-%d", ngx.now() * 1000, ngx.worker.pid(),
                         serial)
end


function M.bill(signed)
    local a = form()

    if not a then
        return answer(400, { code = "BODY_INVALID" })
    end

    local key = merchants[a.merchant_id or ""]
    local find = ngx.re.find

    if not key then
        return answer(401, { code = "KEY_UNKNOWN" })
    end

    if not (a.out_trade_no and find(a.out_trade_no, "^[A-Za-z0-9_.-]{1,64}$", "jo")
            and a.amount and find(a.amount, "^[1-9][0-9]{0,15}$", "jo")
            and a.payer_phone and find(a.payer_phone, "^\\+[0-9]{6,15}$", "jo")
            and a.timestamp and find(a.timestamp, "^[0-9]{10}$", "jo")
            and a.nonce and a.sign and a.digest and a.subject and a.notify_url)
    then
        return answer(400, { code = "PARAM_INVALID" })
    end

    if a.service ~= "bill.create" then
        return answer(400, { code = "PARAM_INVALID" })
    end

    if math.abs(ngx.time() - tonumber(a.timestamp)) > 30 * 86400 then
        return answer(401, { code = "TIMESTAMP_SKEW" })
    end

    if not rsa.verify(key, canonical(a), a.sign) then
        return answer(401, { code = "SIGN_ERROR" })
    end

    local id = new_id()
    local r = run("bill", 3, "lua:order:" .. a.merchant_id .. ":" .. a.out_trade_no,
                  "lua:bill:" .. id, "lua:live:" .. a.payer_phone, id,
                  a.merchant_id, a.out_trade_no, a.amount, a.payer_phone,
                  a.subject, a.notify_url, ngx.time())

    if not r then
        return answer(503, { code = "STORE_UNAVAILABLE" })
    end

    if r[1] ~= 200 then
        return answer(r[1], { code = "ORDER_MISMATCH" })
    end

    local out = { code = "OK", bill_id = r[2], status = r[3],
                  request_nonce = a.nonce }

    if signed then
        out.sign_type = "RSA2"
        out.sign = rsa.sign(platform, canonical(out))
    end

    return answer(200, out)
end


function M.pay()
    local id, a = session(), form()

    if not id then
        return answer(401, { code = "LOGIN_REQUIRED" })
    end

    if not (a and a.bill_id and a.card_id and a.pin) then
        return answer(400, { code = "PARAM_MISSING" })
    end

    local r = run("pay", 5, "lua:session:" .. id, "lua:bill:" .. a.bill_id,
                  "lua:card:" .. a.card_id, "lua:ledger", "lua:outbox",
                  ngx.time(), a.card_id, a.bill_id)

    if not r then
        return answer(503, { code = "STORE_UNAVAILABLE" })
    end

    if r[1] ~= 200 then
        return answer(r[1], { code = "REFUSED" })
    end

    return answer(200, { code = "OK", bill_id = a.bill_id, status = r[2],
                         balance = r[3] })
end


return M
