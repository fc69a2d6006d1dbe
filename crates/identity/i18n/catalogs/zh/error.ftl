### Error pages: what happened, and why.

error-expired = 此登录已过期
error-expired-text = 登录开始的时间过久。请重新开始，之后即可继续前往目标页面。
error-finished = 您已登录
error-finished-text = 此登录之前已完成。您无需在此页面执行任何操作。
error-browser = 此页面属于另一个浏览器
error-browser-text = 登录必须在开始登录的浏览器中完成。请检查是否允许使用 Cookie，然后重新开始。
error-stale = 此页面已过时
error-stale-text = 此页面打开的时间过长，或者您在此期间登录或退出了登录。请重新打开。
error-app = 无法识别此应用
error-app-text = 将您引导至此处的应用未注册，或已被停用。
error-redirect = 此应用发送了错误的返回地址
error-redirect-text = 该返回地址未在此应用中注册。为了您的安全，我们在此停止。
error-app-request = 此应用发送了我们无法读取的请求
error-app-request-text = 应用的请求中缺少某些内容，或包含不允许的内容。
error-used = 此登录请求已被使用
error-used-text = 应用的登录请求只能使用一次。请返回应用重新开始。
error-request = 我们无法读取该请求
error-request-text = 其中缺少某些内容，或包含不允许的内容。请返回并重试。
error-forbidden = 您无法打开此页面
error-forbidden-text = 您的账号没有所需的权限。
error-not-found = 找不到页面
error-not-found-text = 地址可能有误，或者页面已移动。
error-method = 此处无法执行该操作
error-method-text = 不能以这种方式使用此地址。
error-large = 一次发送的内容过多
error-large-text = 发送的内容超出了此页面允许的大小。
error-slow = 用时过长
error-slow-text = 发送的内容未能全部及时到达。未进行任何更改。请检查网络连接，然后重新发送。
error-media = 我们无法读取该表单
error-media-text = 该表单的发送格式不被此页面接受。
error-many = 请求过多
error-many-text = { $minutes ->
   *[other] 请等待 { $minutes } 分钟，然后重试。
}
error-setup = 设置需要一个链接
error-setup-text = 请在服务器上运行“doorward admin open”以获取链接。链接只能使用一次，且有效时间很短。
error-closed = 您无法在此创建账号
error-closed-text = 账号由此网站的运营者创建。请向他们申请。
error-internal = 我们这边出了问题
error-internal-text = 没有丢失任何内容。请重试；如果问题仍然存在，请将以下详情发送给我们。
error-read-only = 目前不能更改
error-read-only-text = { $minutes ->
   *[other] { $minutes } 分钟后可以再次更改。现在没有更改任何内容。
}
error-away = 我们很快回来
error-away-text = { $minutes ->
   *[other] 此服务的一部分暂时不可用。请在 { $minutes } 分钟后重试。
}

error-tell-app = 请将以下详情告知 { $app } 的开发者。
error-tell = 请将以下详情告知应用的开发者。
error-details = 详情
error-code = 代码
error-description = 原因
error-received = 收到的地址
error-time = 时间
error-request-id = 请求

next-sign-in = 重新开始
next-account = 前往您的账号
next-retry = 重试
next-app = 返回应用

error-link = 此链接已失效
error-link-text = 该链接已被使用、过于陈旧，或已发送更新的链接。请申请新链接。
