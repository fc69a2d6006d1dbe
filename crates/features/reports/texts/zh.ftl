### Reports in the console: the numbers of each month.

reports-title = 报告
reports-text = 每个月的数字 (UTC)。本月每天统计一次，并在月末之后最后统计一次。
reports-none = 服务器将在一分钟内统计第一份报告。
reports-month = 月份
reports-counted = 统计时间
reports-open = 尚未结束
reports-active-users = 已登录的用户
reports-new-users = 新用户
reports-disabled-users = 已停用的用户
reports-deleted-users = 已删除的用户
reports-roles-assigned = 已分配的角色
reports-roles-revoked = 已撤销的角色
reports-members-added = 加入群组和组织的成员
reports-members-removed = 移出群组和组织的成员
reports-users = 未停用的用户
reports-with-password = 有密码
reports-with-passkey = 有通行密钥
reports-with-authenticator = 有身份验证器应用
reports-with-provider = 有登录服务的账户
reports-with-second-factor = 有第二重验证
reports-apps = 按应用统计的登录
reports-no-apps = 没有应用的登录。
reports-other-apps = 所有其他应用
