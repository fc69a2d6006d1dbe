### API keys: their list, the form for a new one, the key itself.

api-keys-title = API 密钥
api-keys-text = 借助 API 密钥，您的程序可以代表您工作。请像保管密码一样保管它。
api-keys-none = 您没有 API 密钥。
api-keys-active = { $count } 个有效
api-keys-new = 创建 API 密钥
api-keys-revoked = 该密钥已失效。
api-keys-gone = 该密钥已不存在。
api-key-revoke = 撤销
api-key-revoke-label = 撤销密钥 { $name }
api-key-made = 创建于
api-key-ends = 有效期至
api-key-used = 上次使用：
api-key-used-from = 来自
api-key-never-used = 从未使用
api-key-only-from = 仅限来自
api-key-org = 代表

new-key-title = 创建 API 密钥
new-key-text = 只授予必要的权限，有效期也不要超过必要的时间。
new-key-name = 名称
new-key-name-hint = 它有什么用途？只有您能看到。
new-key-scopes = 它可以做什么？
new-key-no-scopes = 您还没有可以授予密钥的权限。请联系此网站的运营者。
new-key-expires = 有效期至
new-key-expires-hint = 一年以内的日期。
new-key-networks = 仅限这些 IP 地址
new-key-networks-hint = 留空则允许任何地址。多个地址请用空格分隔：192.0.2.7 198.51.100.0/24
new-key-submit = 创建密钥
new-key-name-missing = 请输入名称
new-key-name-long = 请输入较短的名称
new-key-name-invalid = 请输入不含特殊字符的名称
new-key-scopes-missing = 请选择密钥可以做什么
new-key-scopes-not-held = 您自己没有其中的全部权限
new-key-expires-invalid = 请输入日期，例如 { $date }
new-key-expires-past = 请输入将来的日期
new-key-expires-late = 请输入一年以内的日期
new-key-network-invalid = “{ $network }”不是地址或网络
new-key-networks-many = 请减少地址数量
new-key-too-many = 您的密钥数量已达到个人上限。请撤销一个不再需要的密钥。

key-made-title = 您的新 API 密钥
key-made-text = 请立即复制。它不会再次显示。
key-made-use = 请在此标头中发送：
key-made-done = 我已保存密钥

revoke-key-title = 撤销此密钥？
revoke-key-text = 使用它的程序将在半分钟内停止工作。此操作无法撤销。
revoke-key-submit = 撤销
revoke-key-cancel = 保留

activity-api-key-denied = 有人尝试创建权限超出您权限范围的 API 密钥
activity-api-key-used-again = 已使用 API 密钥
activity-api-key-refused = API 密钥被拒绝
