### The second step of a sign-in, and its set-up.

second-title = 認証アプリのコードを入力
second-recovery-title = リカバリーコードを入力
second-code = コード
second-code-hint = 6桁の数字です。30秒ごとに変わります。
second-recovery-code = リカバリーコード
second-recovery-hint = 保存したコードのうちの1つです。それぞれ1回だけ使えます。
second-missing = コードを入力してください
second-wrong = コードが一致しません。コードは30秒ごとに変わります。
second-clock = コードが一致しません。スマートフォンの時計が正しいか確認してください。
second-recovery-wrong = コードが一致しません。リカバリーコードはそれぞれ1回だけ使えます。
second-locked = コードの誤りが多すぎます。リカバリーコードを使用するか、このサイトの運営者に問い合わせてください。
second-use-recovery = リカバリーコードを使用
second-use-app = 認証アプリを使用

login-confirm = この変更を行うには、もう一度サインインしてください。アカウントを他の人から守るためです。
login-confirm-title = 本人確認

two-factor-title = 2段階認証
two-factor-text = パスワードの後に、スマートフォンのアプリに表示されるコードを入力します。
two-factor-on = オン
two-factor-off = オフ
two-factor-since = 開始:
two-factor-start = 認証アプリを設定
two-factor-new-codes = 新しいリカバリーコードを作成
two-factor-make-new = 新しいコードを作成して、安全に保管してください。
two-factor-turn-off = 2段階認証をオフにする
two-factor-end-others = 他のすべてのデバイスをサインアウト
two-factor-left = { $count ->
    [0] リカバリーコードは残っていません。
   *[other] リカバリーコードは残り{ $count }個です。
}
two-factor-not-saved = リカバリーコードを保存したことがまだ確認されていません。
two-factor-required = このアカウントには2段階認証が必要です。続けるには設定してください。
two-factor-due = { $day }から、このアカウントには2段階認証が必要になります。今すぐ、または後で設定してください。
two-factor-stays = このアカウントには2段階認証が必要です。オフにすることはできません。
two-factor-turned-off = 2段階認証はオフです。
two-factor-over = 時間がかかりすぎました。最初からやり直してください。
two-factor-manage = 管理
two-factor-set-up = 設定

set-up-title = 認証アプリを設定
set-up-scan = 認証アプリでスキャンしてください。
set-up-qr = 認証アプリ用のQRコード
set-up-by-hand = または、このキーを手動で入力してください:
set-up-code = アプリに表示されたコード

codes-title = リカバリーコードを保存
codes-now-on = 2段階認証がオンになりました。
codes-text = スマートフォンが使えないときに、このコードでサインインできます。それぞれ1回だけ使えます。再び表示されることはありません。
codes-download = ダウンロード
codes-print = 印刷
codes-saved = コードを保存しました
