### Streams of signals: the page of the console.

signals-title = シグナルストリーム
signals-text = アクセスの終了を 1 秒以内に知るサービスです。
signals-none = まだどのサービスも受信していません。各サービスが自分のストリームを開始します。
signals-delivery = 配信
signals-polled = サービスが問い合わせ
signals-paused = 一時停止中
signals-used = 最終使用
