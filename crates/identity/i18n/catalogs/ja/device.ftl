### Connecting a device that has no browser of its own.

device-title = デバイスを接続
device-text = デバイスに表示されているコードを入力してください。
device-code = コード
device-code-hint = WDJB-MJHTのような8文字です。
device-compare-filled = デバイスにこれとまったく同じコードが表示されている場合にのみ続けてください。
device-missing = コードを入力してください
device-wrong = コードが正しくないか、期限が切れています。デバイスをもう一度確認してください。
device-another = 別のデバイス上
device-compare = デバイスにこのコードが表示されている場合にのみ続けてください:
device-started = 開始:
device-allowed = デバイスを接続しました
device-allowed-text = { $app }がアクセスできるようになりました。デバイスに戻ってください。このページは閉じてかまいません。
device-refused = デバイスは接続されませんでした
device-refused-text = { $app }はアクセスできません。このページは閉じてかまいません。
