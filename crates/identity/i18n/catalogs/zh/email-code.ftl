# Signing in with a mailed code.

email-code-button = 通过邮件获取验证码
email-code-title = 使用验证码登录
email-code-text = 我们会向您账号的地址发送验证码。
email-code-send = 发送验证码
email-code-enter = 输入邮件中的验证码
email-code-sent = 如果该账号有已确认的地址，邮件正在路上。请保持此页面打开。
email-code-hint = 八位数字，10 分钟内仅可使用一次。
email-code-wrong = 验证码不匹配。只有最新邮件中的才正确。
email-code-again = 再发送一个验证码
email-code-other = 使用其他方式登录
email-code-title-link = 在此登录？
email-code-text-link = 仅在您本人请求了此邮件时才继续。
mail-code-subject = { $code } 是您在 { $site } 的验证码
mail-code-text = 输入验证码 { $code } 以登录 { $site }。
mail-code-button = 登录
mail-code-expires = 验证码和链接仅可在请求它们的浏览器中使用一次，10 分钟内有效。
mail-code-otherwise = 如果不是您本人，可以忽略此邮件。切勿将验证码告诉任何人。
activity-email-code = 已请求通过邮件发送登录验证码
