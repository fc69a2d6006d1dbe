# Browsers on which the second step is spared.

second-trust = { $days ->
   *[other] 信任此设备 { $days } 天
}
trusted-title = 受信任的设备
trusted-text = 在这些设备上不会要求第二步。除需要两者的更改外，密码即可。
trusted-since = 信任日期
trusted-until = 有效期至
trusted-remove = 移除
trusted-remove-all = 全部移除
trusted-gone = 将再次要求第二步。
activity-trusted = 已信任一台设备：一段时间内无需第二步
activity-distrusted = 已撤销对设备的信任
notice-trusted-subject = 您信任了一台新设备
notice-trusted-text = 从现在起的一段时间内，在该设备上登录 { $site } 只需要密码。
