### Error pages: what happened, and why.

error-expired = このサインインは期限切れです
error-expired-text = 開始から時間が経ちすぎました。最初からやり直すと、目的のページに進めます。
error-finished = すでにサインインしています
error-finished-text = このサインインはすでに完了しています。このページで行うことはありません。
error-browser = このページは別のブラウザーのものです
error-browser-text = サインインは、始めたブラウザーで完了する必要があります。Cookieが許可されていることを確認して、最初からやり直してください。
error-stale = このページは古くなっています
error-stale-text = 長い間開かれていたか、その間にサインインまたはサインアウトが行われました。もう一度開いてください。
error-app = このアプリは登録されていません
error-app-text = ここに案内したアプリは、登録されていないか、無効になっています。
error-redirect = アプリが誤った戻り先アドレスを送信しました
error-redirect-text = 戻り先のアドレスは、このアプリに登録されていません。安全のため、ここで停止します。
error-app-request = アプリから読み取れないリクエストが送信されました
error-app-request-text = アプリのリクエストに不足または許可されていない内容があります。
error-used = このサインインはすでに使用されています
error-used-text = アプリはサインインのリクエストを一度だけ使用できます。アプリに戻って、最初からやり直してください。
error-request = リクエストを読み取れませんでした
error-request-text = 不足または許可されていない内容があります。戻って、もう一度お試しください。
error-forbidden = このページを開くことはできません
error-forbidden-text = アカウントに必要な権限がありません。
error-not-found = ページが見つかりません
error-not-found-text = アドレスに誤りがあるか、ページが移動した可能性があります。
error-method = ここではその操作はできません
error-method-text = このアドレスをそのように使うことはできません。
error-large = 一度に送る量が多すぎます
error-large-text = 送信された内容が、このページの上限を超えています。
error-slow = 時間がかかりすぎました
error-slow-text = 送信された内容の一部が時間内に届きませんでした。何も変更されていません。接続を確認して、もう一度送信してください。
error-media = フォームを読み取れませんでした
error-media-text = このページが受け付けない形式で送信されました。
error-many = リクエストが多すぎます
error-many-text = { $minutes ->
   *[other] { $minutes }分待ってから、もう一度お試しください。
}
error-setup = セットアップにはリンクが必要です
error-setup-text = サーバーで「doorward admin open」を実行して取得してください。リンクは短時間、一度だけ使えます。
error-closed = ここではアカウントを作成できません
error-closed-text = アカウントはこのサイトの運営者が作成します。運営者に依頼してください。
error-internal = こちらで問題が発生しました
error-internal-text = データは失われていません。もう一度お試しください。解決しない場合は、以下の詳細をお送りください。
error-read-only = 現在、変更できません
error-read-only-text = { $minutes ->
   *[other] { $minutes } 分後に変更できるようになります。今は何も変更されていません。
}
error-away = まもなく復旧します
error-away-text = { $minutes ->
   *[other] サービスの一部が一時的に利用できません。{ $minutes }分後にもう一度お試しください。
}

error-tell-app = 以下の詳細を{ $app }の開発者に伝えてください。
error-tell = 以下の詳細をアプリの開発者に伝えてください。
error-details = 詳細
error-code = コード
error-description = 理由
error-received = 受信したアドレス
error-time = 時刻
error-request-id = リクエスト

next-sign-in = 最初からやり直す
next-account = アカウントに移動
next-retry = もう一度試す
next-app = アプリに戻る

error-link = このリンクはもう使えません
error-link-text = すでに使用されたか、古くなったか、新しいリンクが送信されています。新しいリンクを請求してください。
