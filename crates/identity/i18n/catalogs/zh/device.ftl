### Connecting a device that has no browser of its own.

device-title = 连接设备
device-text = 请输入您设备上显示的代码。
device-code = 代码
device-code-hint = 八个字母，例如 WDJB-MJHT。
device-compare-filled = 仅当您的设备显示完全相同的代码时，才继续。
device-missing = 请输入代码
device-wrong = 代码不正确或已过期。请再次查看您的设备。
device-another = 在另一台设备上
device-compare = 仅当您在设备上看到此代码时，才继续：
device-started = 开始：
device-allowed = 您的设备已连接
device-allowed-text = { $app } 现在拥有访问权限。请返回您的设备。您可以关闭此页面。
device-refused = 您的设备未连接
device-refused-text = { $app } 没有访问权限。您可以关闭此页面。
