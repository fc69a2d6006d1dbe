### Streams of signals: the page of the console.

signals-title = シグナルストリーム
signals-text = アクセスの終了を 1 秒以内に知るサービスです。
signals-none = まだどのサービスも受信していません。各サービスが自分のストリームを開始します。
signals-delivery = 配信
signals-polled = サービスが問い合わせ
signals-paused = 一時停止中
signals-used = 最終使用
signals-events = イベント
signals-lag = 遅れ
signals-position = 位置
signals-next = 次の試行
signals-pause = 一時停止
signals-pause-question = このストリームを一時停止しますか？
signals-pause-text = シグナルは待機します。ストリームを再び有効にするまで、サービスは終了したアクセスを受け入れます。
signals-paused-done = ストリームを一時停止しました。
signals-enable = 有効にする
signals-enable-question = このストリームを有効にしますか？
signals-enable-text = サービスは待機中のシグナルを受け取ります。
signals-enable-dropped = サービスは新しいシグナルを受け取ります。ストリームが無効だった間のシグナルは失われています。
signals-enabled = ストリームを有効にしました。
signals-delete = ストリームを削除
signals-delete-question = このストリームを削除しますか？
signals-delete-text = 待機中のシグナルは失われます。問い合わせるサービスは別のストリームを開始します。
signals-deleted = ストリームを削除しました。
