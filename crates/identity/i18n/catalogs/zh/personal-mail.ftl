### Mails about one's data and the end of the account.

mail-exported-subject = 您的数据已下载
mail-exported-text = { $site } 所掌握的您的全部信息的副本已被下载。
mail-leaving-subject = 您的账号将被删除
mail-leaving-text = 您在 { $site } 的账号将于 { $moment } 删除。在此之前，任何人都无法使用。如需保留，请登录并选择“保留我的账号”。
mail-leaving-button = 保留我的账号
mail-leaving-advice = 如果不是您本人，请保留账号并立即设置新密码。
mail-kept-subject = 您的账号已保留
mail-kept-text = 您在 { $site } 的账号不会再被删除。请重新登录您的应用。
mail-deleted-subject = 您的账号已删除
mail-deleted-text = 按照您的要求，您在 { $site } 的账号及其所有内容均已删除。这是我们发送的最后一封邮件。
