### API keys: their list, the form for a new one, the key itself.

api-keys-title = APIキー
api-keys-text = APIキーを使うと、あなたのプログラムがあなたに代わって動作できます。パスワードと同じように扱ってください。
api-keys-none = APIキーはありません。
api-keys-active = { $count }個有効
api-keys-new = APIキーを作成
api-keys-revoked = このキーは使えなくなりました。
api-keys-gone = そのキーはもう存在しません。
api-key-revoke = 取り消す
api-key-revoke-label = キー「{ $name }」を取り消す
api-key-made = 作成:
api-key-ends = 有効期限:
api-key-used = 最終使用:
api-key-used-from = 接続元:
api-key-never-used = 未使用
api-key-only-from = 接続元の制限:
api-key-org = 組織:

new-key-title = APIキーを作成
new-key-text = 権限も期間も、必要な分だけにしてください。
new-key-name = 名前
new-key-name-hint = 用途を入力します。あなただけに表示されます。
new-key-scopes = 許可する操作
new-key-no-scopes = キーに与えられる権限がまだありません。このサイトの運営者に問い合わせてください。
new-key-expires = 有効期限
new-key-expires-hint = 1年以内の日付。
new-key-networks = 使用できる IP アドレス
new-key-networks-hint = 空欄にするとすべて許可します。複数の場合はスペースで区切ります: 192.0.2.7 198.51.100.0/24
new-key-submit = キーを作成
new-key-name-missing = 名前を入力してください
new-key-name-long = もっと短い名前を入力してください
new-key-name-invalid = 特殊文字を含まない名前を入力してください
new-key-scopes-missing = キーに許可する操作を選択してください
new-key-scopes-not-held = あなた自身にその権限がすべてあるわけではありません
new-key-expires-invalid = { $date }のように日付を入力してください
new-key-expires-past = 未来の日付を入力してください
new-key-expires-late = 1年以内の日付を入力してください
new-key-network-invalid = 「{ $network }」はアドレスでもネットワークでもありません
new-key-networks-many = アドレスの数を減らしてください
new-key-too-many = 1人が持てるキーの上限に達しています。不要なキーを取り消してください。

key-made-title = 新しいAPIキー
key-made-text = 今すぐコピーしてください。再び表示されることはありません。
key-made-use = このヘッダーで送信してください:
key-made-done = キーを保存しました

revoke-key-title = このキーを取り消しますか？
revoke-key-text = これを使っているプログラムは30秒以内に動作しなくなります。この操作は元に戻せません。
revoke-key-submit = 取り消す
revoke-key-cancel = 残す

activity-api-key-denied = あなたの権限を超えるAPIキーの作成が試みられました
activity-api-key-used-again = APIキーが使用されました
activity-api-key-refused = APIキーが拒否されました
