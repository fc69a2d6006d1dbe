### The notice on all pages, and read-only mode, in the console.

notices-title = 通知和只读模式
notices-text = 通知在其期间内显示在每个页面上。在只读模式下，服务器在一段时间内拒绝更改帐户、同意和设置；登录、会话和令牌不受影响。
notices-notice = 通知
notices-none = 没有通知。
notices-text-invalid = 请在一行内输入 1 到 300 个字符
notices-languages = 其他语言
notices-languages-hint = 每行一种，例如：de = Wartung am Samstag
notices-languages-invalid = 每种语言使用一行，例如：de = Wartung am Samstag
notices-from = 从
notices-until = 至
notices-until-invalid = 请输入开始之后的时间；只读模式最长 7 天
notices-announced = 已公布
notices-set = 设置通知
notices-set-done = 通知已设置。
notices-remove = 移除通知
notices-remove-question = 要移除通知吗？
notices-remove-text = 任何页面都不再显示它。
notices-removed = 通知已移除。
notices-read-only = 只读模式
notices-read-only-active = 更改被拒绝
notices-writable = 可以更改
notices-read-only-set = 设置只读模式
notices-read-only-set-done = 只读模式已设置。
notices-read-only-until-hint = 最长为开始后 7 天。届时该模式自动结束。
notices-read-only-end = 结束只读模式
notices-read-only-end-question = 要结束只读模式吗？
notices-read-only-end-text = 可以再次更改：此处立即生效，其他服务器在几秒内生效。
notices-read-only-ended = 只读模式已结束。
