-- Purchases by wrk. wrk -s purchases.lua URL -- TILLS BUYERS PREFIX ORDER
--   TILLS   a file with a line for each shop: its id, a blank, an API key
--   BUYERS  a file with a user's id a line
--   PREFIX  makes references and keys of this run unlike those of others
--   ORDER   random: anybody anywhere; all: every buyer at every shop in turn
local threads = 0
local tills, buyers, prefix, order, k, step

function setup(thread)
    thread:set("id", threads)
    threads = threads + 1
end

local function lines(file)
    local all = {}
    for line in io.lines(file) do all[#all + 1] = line end
    return all
end

function init(args)
    tills, buyers, prefix, order = {}, lines(args[2]), args[3], args[4]
    for _, line in ipairs(lines(args[1])) do
        local shop, key = line:match("(%S+) (%S+)")
        tills[#tills + 1] = { "POST /v1/merchants/" .. shop .. "/purchases HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer " .. key }
    end
    k, step = id, 2
    math.randomseed(id + 1)
end

function request()
    local till, buyer
    if order == "all" then
        till, buyer = tills[math.floor(k / #buyers) % #tills + 1], buyers[k % #buyers + 1]
    else
        till, buyer = tills[math.random(#tills)], buyers[math.random(#buyers)]
    end
    k = k + step
    local reference = prefix .. k
    local body = '{"reference":"' .. reference .. '","userId":"' .. buyer .. '","amount":' .. math.random(1000, 99000) .. '}'
    return till[1] .. "\r\nIdempotency-Key: " .. reference .. "\r\nContent-Type: application/json\r\nContent-Length: " .. #body .. "\r\n\r\n" .. body
end

function done(summary, latency)
    local e = summary.errors
    io.write(string.format("RESULT requests=%d microseconds=%d errors=%d p50=%d p99=%d\n", summary.requests, summary.duration,
        e.connect + e.read + e.write + e.status + e.timeout, latency:percentile(50), latency:percentile(99)))
end
