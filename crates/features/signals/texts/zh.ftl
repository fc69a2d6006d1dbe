### Streams of signals: the page of the console.

signals-title = 信号流
signals-text = 在一秒内得知访问终止的服务。
signals-none = 尚无服务在监听。每个服务会开启自己的信号流。
signals-delivery = 传送方式
signals-polled = 由服务查询
signals-paused = 已暂停
signals-used = 上次使用
