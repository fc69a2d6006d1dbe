### Passkeys: signing in with a fingerprint, a face or the PIN of a device.

passkey-use = 使用通行密钥
passkey-needs = 要使用通行密钥（指纹、面孔或设备 PIN 码），请允许 JavaScript。
passkey-rejected = 该通行密钥未被接受。请重试，或使用其他方式登录。
passkey-changed = 您的设备现在报告的通行密钥类型与添加时不同。请使用其他方式登录，从帐户中移除该通行密钥，然后重新添加。
passkey-failed = 您的浏览器或密码管理器无法使用该通行密钥。请重试，或选择其他设备或密码管理器。
passkey-known = 此设备或密码管理器已有您帐户的通行密钥。
passkey-recommended = 推荐
passkey-synced = 已同步
passkey-device = 仅在一台设备上
passkey-made = 添加于
passkey-used = 上次使用：
passkey-unused = 尚未使用
passkey-suspected = 此通行密钥可能已被复制。请将其移除并添加新的通行密钥。
passkey-change = 重命名或移除
passkey-change-label = 重命名或移除 { $name }
passkey-name = 名称
passkey-rename = 重命名
passkey-remove = 移除

second-passkey-title = 确认是您本人

passkeys-title = 通行密钥
passkeys-text = 使用指纹、面孔或设备 PIN 码登录，无需输入密码。
passkeys-none = 您还没有通行密钥。
passkeys-count = { $count ->
    [0] 无
   *[other] { $count } 个通行密钥
}
passkeys-add = 添加通行密钥
passkeys-confirm = 重新登录以添加
passkeys-full = 您的通行密钥数量已达到每个账号的上限。
passkeys-added = 通行密钥已添加。
passkeys-renamed = 通行密钥已重命名。
passkeys-removed = 通行密钥已移除。请同时从您的设备中将其移除。
passkeys-rejected = 无法添加该通行密钥。请重试。
passkeys-bad-name = 请使用 1 到 60 个字符的名称
passkeys-only-way = 此通行密钥是您唯一的登录方式。请先设置密码或添加其他通行密钥。
passkeys-only-factor = 您的账号需要两步验证。请先添加其他通行密钥或身份验证器应用。

activity-passkey-failed = 使用通行密钥登录失败
activity-passkey-stepped-up = 已使用通行密钥再次登录
activity-passkey-added = 已添加通行密钥
activity-passkey-removed = 已移除通行密钥

notice-passkey-added-subject = 已添加通行密钥
notice-passkey-added-text = 您在 { $site } 的账号已添加通行密钥。持有它的人无需密码即可登录。
notice-passkey-removed-subject = 已移除通行密钥
notice-passkey-removed-text = 您在 { $site } 的账号已移除一个通行密钥。它不能再用于登录。
passkey-offer = 使用指纹、面容或设备 PIN，登录更快。
passkey-later = 暂不

mail-passkey-subject = 请为您的账号添加通行密钥
mail-passkey-text = { $site } 的管理员请您为账号添加通行密钥。请在要保存通行密钥的设备上打开此链接：之后您可以在该设备上用指纹、面孔或设备 PIN 码登录。
