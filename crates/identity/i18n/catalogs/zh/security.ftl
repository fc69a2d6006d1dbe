### The second step of a sign-in, and its set-up.

second-title = 输入身份验证器应用中的验证码
second-recovery-title = 输入恢复代码
second-code = 验证码
second-code-hint = 六位数字，每 30 秒更换一次。
second-recovery-code = 恢复代码
second-recovery-hint = 您保存的代码之一。每个代码只能使用一次。
second-missing = 请输入验证码
second-wrong = 验证码不匹配。验证码每 30 秒更换一次。
second-clock = 验证码不匹配。请检查您手机的时钟是否准确。
second-recovery-wrong = 代码不匹配。每个恢复代码只能使用一次。
second-locked = 验证码错误次数过多。请使用恢复代码，或联系此网站的运营者。
second-use-recovery = 使用恢复代码
second-use-app = 使用身份验证器应用

login-confirm = 请重新登录以进行此更改。这样可以防止他人使用您的账号。
login-confirm-title = 确认是您本人

two-factor-title = 两步验证
two-factor-text = 输入密码后，您还需要输入手机应用中的验证码。
two-factor-on = 已开启
two-factor-off = 已关闭
two-factor-since = 开启于
two-factor-start = 设置身份验证器应用
two-factor-new-codes = 生成新的恢复代码
two-factor-make-new = 请生成新代码并妥善保管。
two-factor-turn-off = 关闭两步验证
two-factor-end-others = 让其他所有设备退出登录
two-factor-left = { $count ->
    [0] 没有剩余的恢复代码。
   *[other] 还剩 { $count } 个恢复代码。
}
two-factor-not-saved = 您尚未确认已保存恢复代码。
two-factor-required = 您的账号需要两步验证。请完成设置以继续。
two-factor-due = 从 { $day } 起，您的账号需要两步验证。请现在或稍后设置。
two-factor-stays = 您的账号需要两步验证，无法关闭。
two-factor-turned-off = 两步验证已关闭。
two-factor-over = 用时过长。请重新开始。
two-factor-manage = 管理
two-factor-set-up = 设置

set-up-title = 设置身份验证器应用
set-up-scan = 请使用身份验证器应用扫描。
set-up-qr = 用于身份验证器应用的二维码
set-up-by-hand = 或手动输入此密钥：
set-up-code = 应用中的验证码

codes-title = 保存您的恢复代码
codes-now-on = 两步验证已开启。
codes-text = 手机不在身边时，您可以使用其中一个代码登录。每个代码只能使用一次。它们不会再次显示。
codes-download = 下载
codes-print = 打印
codes-saved = 我已保存这些代码
