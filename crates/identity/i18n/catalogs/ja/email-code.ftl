# Signing in with a mailed code.

email-code-button = コードをメールで受け取る
email-code-title = コードでサインイン
email-code-text = アカウントのアドレスにコードを送信します。
email-code-send = コードを送信
email-code-enter = メールに記載されたコードを入力
email-code-sent = アカウントに確認済みのアドレスがあれば、メールが届きます。このページを開いたままにしてください。
email-code-hint = 8桁の数字です。10分以内に1回だけ使えます。
email-code-wrong = コードが一致しません。正しいコードは最新のメールにだけあります。
email-code-again = 別のコードを送信
email-code-other = 別の方法でサインイン
email-code-title-link = ここでサインインしますか？
email-code-text-link = ご自身でこのメールを求めた場合にのみ続けてください。
mail-code-subject = { $code }は{ $site }のコードです
mail-code-text = { $site }にサインインするには、コード { $code } を入力してください。
mail-code-button = サインイン
mail-code-expires = コードとリンクは、求めたブラウザーで10分以内に1回だけ使えます。
mail-code-otherwise = 心当たりがない場合は、このメールを無視してください。コードは誰にも教えないでください。
activity-email-code = サインイン用のコードがメールで求められました
