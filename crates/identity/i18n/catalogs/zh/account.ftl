### Consent and the account page.

consent-title = { $app } 请求访问权限
consent-this-computer = 此计算机上的应用
consent-this-device = 此设备上的应用：
consent-unverified = 未经 { $site } 验证。仅当您了解此应用且是您自己发起的操作时，才继续。
consent-published = 仅通过其地址识别：
consent-answer = 您允许的内容将发送至：
consent-posing = 此计算机上的任何程序都可能冒充此应用。
consent-wants = 此应用希望
consent-until-removed = 访问权限在移除之前一直有效。您可以在账号的“已连接的应用”中找到此应用。
consent-until = 访问权限的有效期至 { $date }。您可以提前在账号的“已连接的应用”中终止。
consent-publisher = 发布者：{ $name }
consent-optional = 仅在您勾选时：
consent-kept = 此应用已有的权限
consent-policy = 隐私权
consent-terms = 条款
consent-allow = 允许
consent-deny = 取消

scope-sensitive = 敏感
scope-new = 新
scope-openid = 在您登录时知道您是谁
scope-profile = 查看您的姓名和用户名
scope-email = 查看您的电子邮件地址
scope-phone = 查看您的电话号码
scope-address = 查看您的邮寄地址
scope-offline = 在您离开时保留访问权限
scope-groups = 查看您所属的群组
scope-roles = 查看您的角色
scope-tasks-read = 查看您的任务
scope-tasks-write = 创建和更改您的任务
scope-tasks-delete = 删除您的任务
scope-tasks-read-all = 查看所有人的任务
scope-tasks-write-all = 更改所有人的任务
scope-tasks-delete-all = 删除所有人的任务
scope-other = 使用“{ $scope }”

account-title = 您的账号
account-administration = 管理
account-greeting = 您好，{ $name }
account-profile = 个人资料
account-roles = 角色
account-created = 注册日期
account-password-changed = 密码更改
account-sessions = 设备和会话
account-apps = 已连接的应用
account-no-apps = 没有应用可以访问您的账号。
account-welcome = 您的账号已准备就绪。
account-session-ended = 该会话已退出登录。
account-app-removed = 该应用不再拥有访问权限。
session-current = 此设备
session-seen = 上次使用：
session-since = 登录于
session-end = 退出登录
session-end-label = 让 { $device } 退出登录
app-since = 开始访问：
app-until = 截止：
app-scopes = { $count ->
   *[other] { $count } 项权限
}
app-remove = 移除
app-remove-label = 移除 { $app } 的访问权限
device-on = { $system } 上的 { $browser }
device-unknown = 未知设备

# The navigation, the sign-in methods, and the organizations.
account-sign-in = 登录方式
account-sign-in-text = 您如何登录，以及您的账号受到哪些保护。
account-not-set = 未设置
account-safe = 您的账号受到良好保护。
account-one-factor = 请添加第二种登录方式。
account-invitations = 收到的邀请
account-invited = { $organization } 邀请您加入。
account-all-devices = 所有设备
account-access = 对您账号的访问
account-apps-text = 可以使用您的账号的应用。请移除不再需要的应用。
orgs-text = 您所属的组织，以及您在其中的角色。
orgs-none = 您不属于任何组织。
orgs-leave = 退出
orgs-leave-label = 退出 { $organization }
orgs-leave-title = 要退出 { $organization } 吗？
orgs-leave-text = 您将失去在该组织中的组和角色，用于该组织的 API 密钥也将失效。要重新加入，您需要收到邀请。
orgs-left = 您已退出该组织。
orgs-last-owner = 您是唯一的所有者。其他成员成为所有者之后，您才能退出。

# The check-up and the support code.
check-up-title = 安全检查
check-up-text = 逐项查看过去 30 天内您账号中发生的事情。
check-up-start = 检查近期活动
check-up-left = { $count ->
   *[other] 还有 { $count } 项需要检查。
}
check-up-yes = 是我本人
check-up-known = 是的，我知道
check-up-no = 不，不是我本人
check-up-nothing = 没有需要检查的内容。
support-code-title = 支持代码
support-code-text = 向支持人员求助时，请念出此代码。对方可以看到您的账号，但不会获得任何权限。
support-code-lasts = 该代码在 15 分钟内有效，只能使用一次。
support-code-consents = 向支持人员求助时，请念出此代码。对方可以看到您的账号，并可在一个应用中以您的身份操作几分钟。您会收到相关邮件。
support-code-make = 生成代码
support-code-again = 再生成一个代码
