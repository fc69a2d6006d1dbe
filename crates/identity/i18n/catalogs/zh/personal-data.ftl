### A copy of one's data, and the end of the account.

data-title = 您的数据
data-prove-text = 下载数据或删除账号前，需要先验证是您本人。验证在 15 分钟内有效。
data-prove = 验证是您本人
data-export-title = 下载您的数据
data-export-text = 我们所掌握的您的全部信息，汇总为一个 JSON 文件：账号、个人资料、头像、会话、应用、角色和活动。其中不包含密码和机密信息。
data-export-submit = 下载
data-delete-title = 删除您的账号
data-delete-grace = { $days ->
   *[other] 所有应用和设备会立即退出登录。{ $days } 天后，账号将永久删除；在此之前，您可以登录并保留账号。
}
data-delete-soon = 所有应用和设备会立即退出登录。账号将在一天之内永久删除；在此之前，您可以登录并保留账号。
data-name-label = 请输入您的用户名（{ $name }）以删除账号
data-name-missing = 请输入您的用户名以删除账号
data-name-other = 这不是您的用户名
data-last-administrator = 此网站没有其他管理员。请先指定另一位管理员。
data-last-owner = 组织 { $name } 没有其他所有者。请先指定另一位所有者。
data-delete-submit = 删除我的账号
leaving-title = 您的账号将于 { $day } 删除
leaving-account = 账号：
leaving-text = 在此之前，任何人都无法使用该账号，也没有应用可以访问。如果您改变了主意，可以保留账号。
leaving-keep = 保留我的账号
account-kept = 您的账号已保留。请重新登录您的应用。
