### Sign-out of SAML.

saml-signed-out-text = 这些应用没有响应。请在那里退出登录，或关闭浏览器。
saml-signed-out-back = 继续

### Console pages of SAML.

saml-title = SAML 应用
saml-text = 这些应用使用 SAML 2.0。请把本服务器的元数据提供给每个应用。
saml-none = 没有使用 SAML 的应用。
saml-new = 新建 SAML 应用
saml-new-text = 粘贴应用的元数据，或填写其 URL。没有元数据时，实体 ID 和一个断言消费者服务即可。
saml-created = 应用已注册。
saml-edit = 更改 SAML 设置
saml-edit-text = 元数据会替换实体 ID、所有地址和所有证书。空字段不作更改。
saml-changed = 应用已更改。
saml-settings = SAML 设置
saml-metadata = 元数据
saml-metadata-hint = 以 EntityDescriptor 开头的 XML 文档。
saml-metadata-url = 元数据的 URL
saml-entity-id = 实体 ID
saml-entity-id-hint = 应用在其请求中的名称。
saml-acs = 断言消费者服务
saml-acs-hint = 每行一个 URL。响应只发送到这些 URL。
saml-sign-on = 登录 URL
saml-logout-url = 退出 URL
saml-signing = 签名证书 (SHA-256)
saml-encryption = 加密证书 (SHA-256)
saml-signed-requests = 请求必须签名
saml-signed = 响应中签名的部分
saml-encrypted = 断言已加密
saml-name-id = 名称的格式
saml-attributes = 属性的名称
saml-unsolicited = 无请求登录
saml-known = 已知应用
saml-url = 已知应用的 URL
saml-check = 显示效果
saml-configuration = 在应用中填写
saml-differences = 变更
saml-certificates = 证书
saml-sha256 = SHA-256
saml-signs-from = 开始签名
saml-keys-text = 新密钥在签名前会在元数据中公布 14 天。从不读取元数据的应用需要在此期间手动安装新证书。
