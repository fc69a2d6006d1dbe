### Streams of signals: the page of the console.

signals-title = 信号流
signals-text = 在一秒内得知访问终止的服务。
signals-none = 尚无服务在监听。每个服务会开启自己的信号流。
signals-delivery = 传送方式
signals-polled = 由服务查询
signals-paused = 已暂停
signals-used = 上次使用
signals-events = 事件
signals-lag = 延迟
signals-position = 位置
signals-next = 下次尝试
signals-pause = 暂停
signals-pause-question = 暂停此流？
signals-pause-text = 信号会等待。在重新启用此流之前，服务会接受已经结束的访问权限。
signals-paused-done = 流已暂停。
signals-enable = 启用
signals-enable-question = 启用此流？
signals-enable-text = 服务会收到等待中的信号。
signals-enable-dropped = 服务会收到新的信号。此流停用期间的信号已丢失。
signals-enabled = 流已启用。
signals-delete = 删除流
signals-delete-question = 删除此流？
signals-delete-text = 等待中的信号将丢失。主动查询的服务会启动另一个流。
signals-deleted = 流已删除。
