### Sites behind a proxy.

sites-page-denied = このページは開けません
sites-page-denied-text = サインインしていますが、アクセス権がありません。必要な場合は、下の ID を管理者に伝えてください。
sites-page-weak = より強力なサインインが必要です
sites-page-weak-text = このページには最近のサインイン、2 つ目の要素、またはパスキーが必要ですが、今回のサインインには含まれていませんでした。
sites-page-failed = サインインが完了しませんでした
sites-page-failed-text = 時間がかかりすぎたか、別のブラウザーで始まったか、取り消されました。
sites-page-signed-out = ここではサインアウトしました
sites-page-signed-out-text = 他のアプリではまだサインインしている可能性があります。
sites-page-unknown = ここには何もありません
sites-page-unknown-text = このアドレスにはアプリが設定されていません。
sites-page-unavailable = 現在アクセス権を確認できません
sites-page-unavailable-text = 1 分後にもう一度お試しください。
sites-page-id = ID
sites-page-home = 最初のページ
sites-page-again = もう一度試す
