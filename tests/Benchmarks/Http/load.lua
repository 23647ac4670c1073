-- What wrk sends. wrk -s load.lua URL -- MODE TOKENS TARGETS FIRST
--   get      GET of the targets (paths), at random
--   like     a PUT of a like: no user likes a post twice, so each is a new row
--   flip     likes and unlikes of the first target in turn, so each changes something however few the users are
--   comment  a POST of a comment, by anybody on any of the targets
-- TOKENS and TARGETS are files with one a line; FIRST is where like and flip go on.
local threads = 0
local mode, tokens, targets, k, step, spread

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
    mode, tokens, targets = args[1], lines(args[2]), lines(args[3])
    -- Numbers of their own for each of the two threads.
    k, step = tonumber(args[4]) + id, 2
    -- A prime, so that k * spread visits every pair of a user and a post once, in an order without a pattern.
    spread = 1000003
    math.randomseed(id + 1)
end

local function any(list) return list[math.random(#list)] end

local function send(method, path, token, body)
    local head = method .. " " .. path .. " HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer " .. token .. "\r\n"
    if not body then return head .. "\r\n" end
    return head .. "Content-Type: application/json\r\nContent-Length: " .. #body .. "\r\n\r\n" .. body
end

local ways = {}

function ways.get() return send("GET", any(targets), any(tokens)) end

function ways.like()
    local pair = (k * spread) % (#tokens * #targets)
    k = k + step
    return send("PUT", targets[math.floor(pair / #tokens) + 1] .. "/like", tokens[pair % #tokens + 1])
end

function ways.flip()
    local round = math.floor(k / #tokens)
    local token = tokens[k % #tokens + 1]
    k = k + step
    return send(round % 2 == 0 and "PUT" or "DELETE", targets[1] .. "/like", token)
end

function ways.comment()
    return send("POST", any(targets) .. "/comments", any(tokens), '{"text":"Where is it from? It looks lovely."}')
end

function request() return ways[mode]() end

function done(summary, latency)
    local e = summary.errors
    io.write(string.format("RESULT requests=%d microseconds=%d errors=%d p50=%d p99=%d\n", summary.requests, summary.duration,
        e.connect + e.read + e.write + e.status + e.timeout, latency:percentile(50), latency:percentile(99)))
end
