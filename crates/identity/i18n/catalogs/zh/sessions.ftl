### Devices and sessions.

sessions-end-others = 在其他所有位置退出登录
sessions-others-ended = 其他所有设备均已退出登录。

ended-title = 我的会话为什么结束了？
ended-list-title = 已结束的会话
ended-list-text = 您曾在何处登录，以及为何不再处于登录状态。
ended-none = 最近没有结束的会话。
ended-idle = 太长时间没有使用。
ended-expired = 已达到会话的最长时间。
ended-signed-out = 您在该设备上退出了登录。
ended-replaced = 同一浏览器中的另一次登录取代了它。
ended-password = 密码已被更改或重置。
ended-administrator = 管理员结束了它。
ended-owner = 您从另一台设备结束了它。
ended-factor = 两步验证已被更改。
ended-reuse = 它的一个密钥被使用了两次。为保护您，已将其结束。
ended-too-many = 该账号的会话过多，最早的会话已结束。
