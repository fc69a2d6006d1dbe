### Signing in, registering, setting up, signing out.

login-title = 登录
login-identifier = 用户名或电子邮件
login-remember = 在此设备上保持登录状态
login-submit = 登录
login-or = 或
login-new-here = 还没有账号？
login-create = 创建账号
login-rejected = 用户名、电子邮件或密码不正确。
login-missing-identifier = 请输入用户名或电子邮件地址
login-missing-password = 请输入密码
login-again = 此应用要求您重新登录。
login-session-ended = 您的会话已结束。请登录以继续。
login-verify-email = 请登录以确认您的电子邮件地址。

register-title = 创建您的账号
register-submit = 创建账号
register-have = 已有账号？

setup-title = 创建首位管理员
setup-text = 此账号可以管理这里的一切。您可以稍后添加其他用户。
setup-submit = 创建管理员

username = 用户名
username-hint = 字母、数字、点、连字符和下划线。
username-optional = 可选。
username-missing = 请设置用户名
username-taken = 此用户名已被占用。请换一个。
username-invalid = 请使用 2 到 64 个字母、数字、点、连字符或下划线，并以字母或数字开头。
username-reserved = 此用户名已被保留。请换一个。
email = 电子邮件
email-missing = 请输入您的电子邮件地址
email-taken = 使用此电子邮件地址的账号已存在。请直接登录。
email-invalid = 请输入电子邮件地址，例如 name@example.com
email-undeliverable = 由于 @ 前面的字符，我们无法向此地址发送邮件。请使用其他地址。
email-verified = 已验证
email-unverified = 未验证
password = 密码
password-hint = 至少 { $min } 个字符。几个随机的词语就很好。
password-confirm = 再次输入密码
password-missing = 请设置密码
password-too-short = 请至少使用 { $min } 个字符
password-too-long = 此密码过长。最多使用 256 个字符。
password-numeric = 此密码只有数字。请添加一些词语。
password-common = 此密码在常见密码列表中。请换一个。
password-temporary = 这是原密码。请换一个。
password-guessable = 此密码容易被猜到。请再添加一两个随机的词语。
password-like-username = 此密码与您的用户名过于相似
password-like-email = 此密码与您的电子邮件地址过于相似
password-like-name = 此密码与您的姓名过于相似
password-like-site = 此密码与此网站的名称过于相似
password-mismatch = 两次输入的密码不一致。请重新输入。

select-title = 选择账号
select-current = 以 { $name } 的身份继续

logout-title = 退出登录？
logout-text = 您可以随时再次登录 { $site }。
logout-app = { $app } 请求让您退出登录。这也会结束您在此处的会话。
logout-submit = 退出登录
logout-stay = 保持登录
logged-out-title = 您已退出登录
logged-out-text = 如果其他人也使用此设备，请同时关闭浏览器。
logged-out-again = 重新登录
logged-out-nobody = 您未登录
logged-out-nobody-text = 此浏览器中没有可结束的会话。
logged-out-nobody-sign-in = 登录
logout-problem = 应用的退出登录请求无效，因此不会返回应用：
onward-title = 要继续前往 { $host } 吗？
onward-text = { $app } 发送了无法执行的请求。
onward-go = 继续前往 { $host }

form-post-title = 正在返回 { $app }
form-post-text = 如果几秒钟后没有反应，请按“继续”。
