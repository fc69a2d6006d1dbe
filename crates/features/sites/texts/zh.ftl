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
sites-page-id = ID
sites-page-home = 首页
sites-page-again = 重试
