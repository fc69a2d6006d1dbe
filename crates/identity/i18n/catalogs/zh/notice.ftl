### Security notices by mail.

notice-happened = 来自 { $device }，时间：{ $time }。
notice-happened-ip = 来自 { $device }，地址 { $ip }，时间：{ $time }。
notice-otherwise = 如果是您本人，则无需执行任何操作。如果不是，请立即保护您的账号：该页面会让其他设备退出登录，并引导您设置新密码。
notice-button = 保护您的账号

notice-factor-added-subject = 已开启两步验证
notice-factor-added-text = 您在 { $site } 的账号已添加身份验证器应用。现在登录时还会要求输入其验证码。
notice-factor-removed-subject = 已关闭两步验证
notice-factor-removed-text = 您在 { $site } 的账号已移除身份验证器应用和恢复代码。现在仅凭密码即可登录。
notice-codes-made-subject = 已生成新的恢复代码
notice-codes-made-text = 已为您在 { $site } 的账号生成新的恢复代码。旧代码已失效。
notice-code-used-subject = 已使用恢复代码
notice-code-used-text = 有人使用恢复代码登录了您在 { $site } 的账号。{ $count ->
   *[other] 还剩 { $count } 个代码。
}
notice-code-used-few-text = 有人使用恢复代码登录了您在 { $site } 的账号。{ $count ->
    [0] 已没有剩余代码。
   *[other] 仅剩 { $count } 个代码。
}请在账号的“两步验证”中生成新代码。
notice-new-device-subject = 您的账号有新的登录
notice-new-device-text = 有人使用从未出现过的设备登录了您在 { $site } 的账号。
notice-locked-subject = 登录失败次数过多
notice-locked-text = 有人多次为您在 { $site } 的账号输入了错误的密码。现在从未知设备登录需要等待 { $count ->
   *[other] { $count } 分钟。
}您以前用过的设备不受影响。
notice-codes-locked-subject = 验证码错误次数过多
notice-codes-locked-text = 有人在 { $site } 输入了您的密码，随后多次输入了错误的验证码。现在第二步验证需要等待 { $count ->
   *[other] { $count } 分钟。
}无论是谁，此人都知道您的密码。
notice-api-key-subject = 已创建 API 密钥
notice-api-key-text = 已为您在 { $site } 的账号创建 API 密钥。持有它的程序可以代表您执行操作。
notice-disowned-subject = 您报告了账号中的活动
notice-disowned-text = 登录您在 { $site } 的账号的人报告称，其中某些活动并非本人所为。该账号的 API 密钥已被撤销，之前通过邮件发送的链接已失效。
