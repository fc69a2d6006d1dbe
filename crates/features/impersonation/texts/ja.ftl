### Impersonation: the pages of the console, the bar, and the mail.

impersonation-title = このユーザーとして操作
impersonation-text = 数分間、1つのアプリをこのユーザーと同じように表示します。ユーザーにはあなたの名前と理由を記したメールが届き、アクティビティにも表示されます。アプリはユーザーが許可していないアクセスを得ることはなく、アカウントのページは開きません。
impersonation-app-hint = アプリのID。ほかのアプリとこの画面では、引き続きあなた自身として扱われます。
impersonation-reason-hint = 200文字まで。ユーザーはメールで受け取り、アカウントのアクティビティで見ることができます。
impersonation-start = ユーザーとして操作
impersonation-started = 現在、このユーザーとして操作しています。上部のバーで終了できます。
impersonation-until = 終了時刻
impersonation-open = アプリを開く
impersonation-go = アプリを開いてサインインしてください。あなたではなく、ユーザーとしてサインインします。
impersonation-go-yourself = このブラウザーでアプリを開いてサインインしてください。あなたではなく、ユーザーとしてサインインします。
impersonation-other = 別のユーザーとして操作しています。先にそれを終了してください。
impersonation-bar = { $moment }まで、{ $app }で{ $name }として操作しています。
impersonation-end = 終了
mail-impersonation-subject = 管理者があなたとして操作します
mail-impersonation-text = { $site }の{ $administrator }が、{ $moment }まで{ $app }であなたとして操作できます。理由: { $reason }
mail-impersonation-button = アクティビティを見る
mail-impersonation-otherwise = 心当たりがない場合は、{ $site }にご連絡ください。
