### Proving an address, passwords, moving to another address.

step-check-mail = 请查收邮件
step-check-mail-text = 我们已向您填写的地址发送邮件。其中的链接在 24 小时内有效。请打开链接，然后登录。如果没有收到，请查看垃圾邮件文件夹，或登录后重新发送。
step-prove-email = 确认您的电子邮件地址
step-prove-email-text = 我们已向您发送邮件。请打开其中的链接以继续。如果没有收到，请查看垃圾邮件文件夹或重新发送。
step-resend = 重新发送
step-resent = 邮件已重新发送。
step-enough-mails = 我们已发送多封邮件。请一小时后再试。
step-confirm-email = 这是您的地址吗？
step-confirm-email-text = 请确认该地址以完成账号创建。如果您没有申请账号，请关闭此页面。
step-confirm-email-button = 确认地址

login-forgot = 忘记密码？
forgot-title = 忘记密码？
forgot-text = 请告诉我们您是谁。我们会向您账号的地址发送邮件。
forgot-submit = 发送邮件
step-reset-sent-text = 如果该账号存在，邮件已在途中。其中的链接在 30 分钟内有效。
reset-title = 设置新密码
reset-ends = 届时所有设备和应用都会退出登录。
new-password = 新密码
current-password = 当前密码
current-password-missing = 请输入当前密码
current-password-wrong = 这不是您的当前密码
change-password-title = 更改密码
end-others = 让其他所有设备和应用退出登录
cancel = 取消
step-password-set = 您的密码已设置
step-password-set-text = 所有设备均已退出登录。请使用新密码登录。
account-password-done = 您的密码已更改。
change-email-title = 更改电子邮件地址
change-email-present = 当前地址：
change-email-new = 新电子邮件地址
change-email-hint = 我们会向该地址发送链接。您打开链接后，地址才会更改。
change-email-same = 这已经是您的地址
change-email-submit = 发送链接
change-email-sent = 邮件已发往新地址。请在 24 小时内打开其中的链接。
step-confirm-move-text = 确认后，您的账号今后将使用此地址。
step-moved = 您的地址已更改
step-moved-text = 您的账号现在使用新地址。我们已通知原地址。
step-confirm-undo = 撤销更改？
step-confirm-undo-text = 您的账号将重新使用此地址，所有设备都会退出登录。
step-confirm-undo-button = 撤销
step-undone = 您的地址已恢复
step-undone-text = 所有设备均已退出登录。可能有人知道您的密码，请立即设置新密码。

inbox-title = 收件箱
inbox-text = 此开发实例保存的邮件。
inbox-empty = 还没有邮件。
inbox-open = 打开链接
# First start
step-operator = 要登录控制台吗？
step-operator-text = 此链接可让上述账号登录一次。仅当您在服务器上创建了此链接，或从服务器运营者处收到它时才继续。
