-- Asks Doorward about each request to the site {{ v.site.name }}. Whatever fails, the request is not allowed.
local url = "{{ self::base(v.server) }}/forward-auth/haproxy"
local sent = { {% for value in self::PASSED.split(' ') %}{% if !loop.first %}, {% endif %}"{{ value }}"{% endfor %} }
local given = { {% for header in v.headers() %}{% if !loop.first %}, {% endif %}"{{ header|lower }}"{% endfor %} }
local shown = { "location", "www-authenticate", "content-type", "content-security-policy",
  "cache-control", "x-decision-id" }

local function values(headers, name)
  local list = {}
  for _, value in pairs(headers[name] or {}) do list[#list + 1] = value end
  return #list > 0 and list or nil
end

local function ask(txn)
  local request = txn.http:req_get_headers()
  local headers = {}
  for _, name in ipairs(sent) do headers[name] = values(request, name) end
  headers["x-forwarded-proto"] = { txn.f:ssl_fc() == 1 and "https" or "http" }
  headers["x-forwarded-host"] = values(request, "host")
  headers["x-forwarded-for"] = { txn.f:src() }
  headers["x-forwarded-method"] = { txn.f:method() }
  headers["x-forwarded-uri"] = { txn.f:pathq() }
{%- if v.has_secret %}
  headers["doorward-proxy-secret"] = { "SECRET" }
{%- endif %}
  return core.httpclient():get({ url = url, headers = headers, timeout = 10000 })
end

core.register_action("doorward_{{ v.site.name.replace('-', "_") }}", { "http-req" }, function(txn)
  local is_answered, answer = pcall(ask, txn)
  if not is_answered or not answer or not answer.status or answer.status < 200 then
    txn:done(txn:reply({ status = 503 }))
  end
  local headers = answer.headers or {}
  if answer.status < 300 then
    for _, name in ipairs(given) do
      for _, value in ipairs(values(headers, name) or {}) do txn.http:req_add_header(name, value) end
    end
    txn:set_var("txn.doorward_{{ v.site.name.replace('-', "_") }}", "allowed")
    return
  end
  local reply = txn:reply({ status = answer.status })
  for _, name in ipairs(shown) do
    for _, value in ipairs(values(headers, name) or {}) do reply:add_header(name, value) end
  end
  reply:set_body(answer.body or "")
  txn:done(reply)
end)
