### 应用请求的具体内容 (RFC 9396)。

details-actions = 应用可以
details-datatypes = 涉及的数据
details-privileges = 拥有的权限
details-identifier = 仅限
details-locations = 位置
details-yes = 是
details-no = 否

scope-openid-why = 以便您再次访问时识别您。
scope-profile-why = 以便用名字称呼您。
scope-email-why = 以便给您写邮件。
scope-phone-why = 以便给您打电话或发送消息。
scope-address-why = 以便给您寄送物品。
scope-offline-why = 以便在您不在时继续工作。
scope-groups-why = 以便根据您的群组决定您可以执行的操作。
scope-roles-why = 以便根据您的角色决定您可以执行的操作。
scope-read-why = 只能查看，不能更改任何内容。
scope-write-why = 添加或更改的内容均以您的名义进行。
scope-delete-why = 删除的内容可能无法恢复。
scope-all-why = 其中包括属于其他人的内容。

mail-approve-subject = 有人请求您的批准
mail-approve-text = { $app } 在 { $site } 请求您的批准。该请求最多等待十分钟。
mail-approve-button = 查看请求
approve-compare = 仅当您在发起处看到以下文字时才继续：
approve-yourself = 仅当您预期收到认识的人发来的此请求时才继续。
approve-allowed = 您已批准
approve-allowed-text = { $app } 现在将继续。您可以关闭此页面。
approve-refused = 您已拒绝
