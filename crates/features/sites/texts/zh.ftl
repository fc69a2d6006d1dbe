### Sites behind a proxy.

sites-page-denied = 您无权打开此页面
sites-page-denied-text = 您已登录，但没有访问权限。如果需要，请将下面的 ID 告知管理员。
sites-page-weak = 需要更强的登录方式
sites-page-weak-text = 此页面要求最近的登录、第二因素或通行密钥，而您的登录不具备。
sites-page-failed = 登录未完成
sites-page-failed-text = 登录用时过长、在其他浏览器中开始，或已被取消。
sites-page-signed-out = 您已在此处退出
sites-page-signed-out-text = 您可能仍登录着其他应用。
sites-page-unknown = 这里没有内容
sites-page-unknown-text = 没有为此地址设置应用。
sites-page-unavailable = 目前无法检查您的访问权限
sites-page-unavailable-text = 请在一分钟后重试。
sites-page-home = 首页
sites-page-again = 重试

### Console pages of sites behind a proxy.

sites-title = 代理后的站点
sites-text = 站点是自身无法让用户登录的应用。它前面的代理会就每个请求询问此服务器，由第一条匹配的规则决定。
sites-none = 没有站点。添加站点以保护不支持 OpenID Connect 的 Web 应用。
sites-new = 新建站点
sites-created = 站点已创建。
sites-edit = 更改站点
sites-changed = 站点已更改。
sites-hosts = 主机名
sites-hosts-hint = 每行一个，例如 wiki.example.com。在 *.example.com 中，星号代替名称的一个部分。
sites-rules = 规则
sites-rules-hint = 每行一条，由第一条匹配的规则决定。示例：/public/* anyone · /admin/* role=editor second-factor · /* user
sites-rule = 规则
sites-number = 编号
sites-no-rules = 没有规则时，所有请求都被拒绝。
sites-organization-hint = 对其成员，此组织的角色、群组和权限同样有效。
sites-headers = 标头名称
sites-headers-hint = 每行一个，例如 user = X-WEBAUTH-USER：应用收到的内容及其读取的名称。可用的有 user、groups、email、name，以及 token，即应用可以验证的一分钟 JWT。没有对应行的内容不会发送。
sites-raw = 标头值使用 UTF-8
sites-raw-hint = 否则除简单字符外都会进行百分号编码。
sites-delete = 删除站点
sites-delete-question = 删除该站点？
sites-delete-text = 对其主机的所有请求都会被拒绝。
sites-deleted = 站点已删除。
sites-check = 检查请求
sites-check-text = 显示请求会发生什么，以及依据哪条规则。不会发送请求。
sites-url = 地址
sites-url-hint = 例如 https://wiki.example.com/admin
sites-user-hint = 留空：未登录的访问者
sites-method = 方法
sites-factor = 登录方式
sites-second-factor = 第二因素
sites-allow = 允许
sites-sign-in = 必须登录
sites-asks-factor = 必须验证第二因素
sites-asks-passkey = 必须使用通行密钥
sites-deny = 拒绝
sites-reason-no-rule = 没有匹配的规则。
sites-reason-ambiguous = 如果大小写不同，或末尾有无斜杠不同，会匹配另一条规则。
sites-reason-rule = 该规则拒绝所有人。
sites-reason-credential = 该规则不接受访问令牌或 API 密钥。
sites-reason-not-allowed = 用户没有该规则的任何角色、群组或权限。
sites-proxy-config = 代理配置
sites-proxy-config-text = 适用于 http://127.0.0.1:8080 上的应用；其他地址可使用命令 doorward site proxy-config 的选项。
