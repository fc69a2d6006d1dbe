### Sign-out of SAML.

saml-signed-out-text = 这些应用没有响应。请在那里退出登录，或关闭浏览器。
saml-signed-out-back = 继续
