### App passwords: the pages of the account, and the mail.

app-password-title = アプリパスワード
app-password-text = このサイトのサインインページを開けないアプリは、ご自身のパスワードの代わりにアプリパスワードを求めます。アプリごとに作成し、使わなくなったら削除してください。
app-password-none = アプリパスワードはありません。
app-password-new = 新しいアプリパスワード
app-password-new-text = ご自身のパスワードは秘密のままです。アプリパスワードを持つアプリが読めるのは、プロフィールとグループだけです。
app-password-name = アプリの名前
app-password-name-hint = パスワードを入力するアプリ。
app-password-submit = アプリパスワードを作成
app-password-too-many = アプリパスワードが20個あります。使わなくなったものを削除してください。
app-password-made = あなたのアプリパスワード
app-password-made-text = 今すぐコピーしてください。表示されるのは今回だけです。
app-password-made-use = ユーザー名またはこの名前とともに、アプリに入力してください：
app-password-made-done = アプリパスワードを保存しました
app-password-revoke = アプリパスワードを削除
app-password-remove = 削除
app-password-revoke-label = アプリパスワード { $name } を削除
app-password-revoke-text = アプリはこのパスワードではサインインできなくなります。
app-password-revoked = アプリパスワードを削除しました。
app-password-gone = アプリパスワードはすでに削除されています。
mail-app-password-subject = 新しいアプリパスワード
mail-app-password-text = { $site } のアカウントに、{ $app } 用のアプリパスワードが作成されました。
mail-app-password-button = アプリパスワードを見る
mail-app-password-otherwise = 心当たりがない場合は、削除してパスワードを変更してください。
