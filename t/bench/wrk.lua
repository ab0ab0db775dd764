-- Replays one line of the file BENCH_FILE a request: cookie, path, body.
-- BENCH_FROM: leaves so many out; BENCH_LINES: and takes so many at most.

local threads = {}


function setup(thread)
    table.insert(threads, thread)
end


function init(args)
    local path_as = os.getenv("BENCH_PATH")
    local file = io.open(os.getenv("BENCH_FILE"))

    requests, n, at, wrapped = {}, 0, 0, 0

    for _ = 1, tonumber(os.getenv("BENCH_FROM")) do
        file:read()
    end

    for _ = 1, tonumber(os.getenv("BENCH_LINES")) do
        local line = file:read()

        if not line then
            break
        end

        local cookie, path, body = line:match("^([^\t]*)\t([^\t]*)\t(.*)$")
        local head = " HTTP/1.1\r\nHost: bench.example.com\r\nAccept: */*\r\n"

        if path_as and path_as ~= "" then
            path = path_as
        end

        if cookie ~= "-" then
            head = head .. "Cookie: theme=dark; " .. cookie .. "\r\n"
        end

        n = n + 1

        if body == "" then
            requests[n] = "GET " .. path .. head .. "\r\n"
        else
            requests[n] = "POST " .. path .. head
                .. "Content-Type: application/x-www-form-urlencoded\r\n"
                .. "Content-Length: " .. #body .. "\r\n\r\n" .. body
        end
    end

    file:close()
    collectgarbage()
    collectgarbage("stop")
end


function request()
    at = at + 1

    if at > n then
        at = 1
        wrapped = wrapped + 1
    end

    return requests[at]
end


function done(summary, latency)
    local e, wraps = summary.errors, 0

    for _, thread in ipairs(threads) do
        wraps = wraps + thread:get("wrapped")
    end

    io.stdout:write(string.format(
        'RESULT {"requests":%d,"seconds":%.6f,"p50":%d,"p99":%d,"max":%d,'
        .. '"status_errors":%d,"socket_errors":%d,"wrapped":%d}\n',
        summary.requests, summary.duration / 1e6, latency:percentile(50),
        latency:percentile(99), latency.max, e.status,
        e.connect + e.read + e.write + e.timeout, wraps))
end
