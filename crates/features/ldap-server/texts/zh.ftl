### App passwords: the pages of the account, and the mail.

app-password-title = 应用密码
app-password-text = 无法打开本站登录页面的应用会要求输入应用密码，而不是您自己的密码。请为每个应用创建一个，不再使用该应用时将其删除。
app-password-none = 您没有应用密码。
app-password-new = 新应用密码
app-password-new-text = 您自己的密码保持秘密：拥有应用密码的应用只能读取您的个人资料和群组。
app-password-name = 应用名称
app-password-name-hint = 您将在其中输入密码的应用。
app-password-submit = 创建应用密码
app-password-too-many = 您有 20 个应用密码。请删除一个不再使用的密码。
app-password-made = 您的应用密码
app-password-made-text = 请立即复制：它只显示这一次。
app-password-made-use = 在应用中输入它，并使用您的用户名或此名称：
app-password-made-done = 我已保存应用密码
app-password-revoke = 删除应用密码
app-password-remove = 删除
app-password-revoke-label = 删除应用密码 { $name }
app-password-revoke-text = 该应用将无法再用它为您登录。
app-password-revoked = 应用密码已删除。
app-password-gone = 该应用密码此前已被删除。
mail-app-password-subject = 新应用密码
mail-app-password-text = 已为您在 { $site } 的账户创建了用于 { $app } 的应用密码。
mail-app-password-button = 查看应用密码
mail-app-password-otherwise = 如果不是您本人操作，请将其删除并更改您的密码。
