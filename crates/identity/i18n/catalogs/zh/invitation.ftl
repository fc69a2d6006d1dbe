# Invitations into organizations: the page and the mail.

invitation-title = 邀请
invitation-heading = 加入 { $organization }？
invitation-by = { $name } 邀请您加入。
invitation-for = 受邀地址：
invitation-means = 组织的所有者将看到您的姓名和地址。您可以随时在账号的“组织”中退出。
invitation-accept = 加入
invitation-decline = 不，谢谢
invitation-later = 稍后决定
invitation-sign-in = 请使用该地址登录以作出答复。如果您还没有账号，请使用该地址创建。
invitation-other = 您使用了其他地址登录，或尚未确认您的地址。请退出登录，然后使用上面的地址登录。
step-invitation-accepted = 您已加入
step-invitation-accepted-text = 您现在属于该组织。您能代表组织做什么，由其所有者决定。
step-invitation-declined = 您已谢绝
step-invitation-declined-text = 您不属于该组织，该链接已失效。

mail-invited-subject = 您收到了邀请
mail-invited-text = 邀请您加入 { $site } 上的“{ $organization }”。
mail-invited-by-text = { $inviter } 邀请您加入 { $site } 上的“{ $organization }”。
mail-invited-button = 查看邀请
mail-invited-otherwise = 如果您不了解此事，可以忽略此邮件。没有您的操作，什么都不会发生。
mail-invited-footer = 此邮件由 { $site } 发送，因为有人邀请了此地址。
mail-expires-week = 该链接仅可使用一次，7 天内有效。
