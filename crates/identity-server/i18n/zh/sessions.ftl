### Devices and sessions.

sessions-end-others = 在其他所有位置退出登录
sessions-others-ended = 其他所有设备均已退出登录。
