### Security notices by mail.

notice-happened = 操作元: { $device }、{ $time }。
notice-happened-ip = 操作元: { $device }、アドレス{ $ip }、{ $time }。
notice-otherwise = ご自身の操作であれば、何もする必要はありません。心当たりがない場合は、今すぐアカウントを保護してください。ページの案内に沿って、他のデバイスをサインアウトし、新しいパスワードを設定できます。
notice-button = アカウントを保護する

notice-factor-added-subject = 2段階認証がオンになりました
notice-factor-added-text = { $site }のアカウントに認証アプリが追加されました。今後は、サインイン時に認証アプリのコードも必要です。
notice-factor-removed-subject = 2段階認証がオフになりました
notice-factor-removed-text = { $site }のアカウントから認証アプリとリカバリーコードが削除されました。今後は、パスワードだけでサインインできます。
notice-codes-made-subject = 新しいリカバリーコードが作成されました
notice-codes-made-text = { $site }のアカウントの新しいリカバリーコードが作成されました。古いコードは使えなくなりました。
notice-code-used-subject = リカバリーコードが使用されました
notice-code-used-text = { $site }のアカウントへのサインインに、リカバリーコードが使用されました。{ $count ->
   *[other] 残りは{ $count }個です。
}
notice-code-used-few-text = { $site }のアカウントへのサインインに、リカバリーコードが使用されました。{ $count ->
    [0] 残りはありません。
   *[other] 残りは{ $count }個だけです。
}アカウントの「2段階認証」で新しいコードを作成してください。
notice-new-device-subject = アカウントへの新しいサインイン
notice-new-device-text = これまで使われたことのないデバイスから、{ $site }のアカウントにサインインがありました。
notice-locked-subject = サインインの失敗が多すぎます
notice-locked-text = { $site }のアカウントで、誤ったパスワードが何度も入力されました。不明なデバイスからのサインインは、{ $count ->
   *[other] { $count }分間待機します。
}以前に使用したデバイスには影響しません。
notice-codes-locked-subject = コードの誤りが多すぎます
notice-codes-locked-text = { $site }であなたのパスワードが入力された後、誤ったコードが何度も入力されました。2段階目の認証は、{ $count ->
   *[other] { $count }分間待機します。
}入力した人はあなたのパスワードを知っています。
notice-api-key-subject = APIキーが作成されました
notice-api-key-text = { $site }のアカウントでAPIキーが作成されました。このキーを持つプログラムは、あなたに代わって動作できます。
notice-disowned-subject = アカウントのアクティビティが報告されました
notice-disowned-text = { $site }のアカウントにサインインしている人が、心当たりのないアクティビティを報告しました。アカウントのAPIキーは取り消され、以前にメールで送信されたリンクは無効になりました。
