### What every page shares.

title-error = 错误：{ $title }
skip = 跳到正文
language = 语言
theme = 主题
theme-auto = 自动
theme-light = 浅色
theme-dark = 深色
help = 帮助
privacy = 隐私权
terms = 条款
imprint = 法律声明
problem-title = 出现问题
banner-label = 通知
banner-copy = 这是用于测试的副本，创建于 { $moment }。此处的一切均非真实。
banner-read-only = 在 { $moment } 之前不能更改。登录和查看不受影响。
continue-to = 以继续使用 { $app }
continue = 继续
back-to-app = 返回 { $app }
account-other = 使用其他账号
copy = 复制
copied = 已复制
show = 显示
hide = 隐藏
show-password = 显示密码
hide-password = 隐藏密码

# How long ago something was.
ago-now = 刚刚
ago-minutes = { $count ->
   *[other] { $count } 分钟前
}
ago-hours = { $count ->
   *[other] { $count } 小时前
}
ago-days = { $count ->
   *[other] { $count } 天前
}

# A day, and a moment of a mail.
date = { $year }年{ $month }月{ $day }日
date-time = { $date } { $time } UTC
date-minute = { $date } { $time } UTC

# Problems of any form.
too-many-tries = { $minutes ->
   *[other] 尝试次数过多。请等待 { $minutes } 分钟，然后重试。
}
busy = 目前登录人数较多。请过几秒钟再试。
stale-form = 此页面打开的时间过长。请重新提交。
