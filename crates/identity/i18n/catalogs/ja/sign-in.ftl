### Signing in, registering, setting up, signing out.

login-title = サインイン
login-identifier = ユーザー名またはメールアドレス
login-remember = このデバイスでサインインしたままにする
login-submit = サインイン
login-or = または
login-new-here = 初めてですか？
login-create = アカウントを作成
login-rejected = ユーザー名、メールアドレス、またはパスワードが正しくありません。
login-missing-identifier = ユーザー名またはメールアドレスを入力してください
login-missing-password = パスワードを入力してください
login-again = アプリがもう一度サインインするよう求めています。
login-session-ended = セッションが終了しました。続けるにはサインインしてください。
login-verify-email = メールアドレスを確認するには、サインインしてください。

register-title = アカウントを作成
register-submit = アカウントを作成
register-have = アカウントをお持ちですか？

setup-title = 最初の管理者を作成
setup-text = このアカウントはすべてを管理できます。他のユーザーは後から追加できます。
setup-submit = 管理者を作成

username = ユーザー名
username-hint = 文字、数字、ピリオド、ハイフン、アンダースコアを使えます。
username-optional = 任意。
username-missing = ユーザー名を決めてください
username-taken = このユーザー名はすでに使われています。別のものを選んでください。
username-invalid = 文字、数字、ピリオド、ハイフン、アンダースコアを2～64文字で入力してください。先頭は文字または数字にしてください。
username-reserved = このユーザー名は予約されています。別のものを選んでください。
email = メールアドレス
email-missing = メールアドレスを入力してください
email-taken = このメールアドレスのアカウントはすでに存在します。サインインしてください。
email-invalid = name@example.comのようなメールアドレスを入力してください
email-undeliverable = @の前の文字が原因で、このアドレスにはメールを送信できません。別のアドレスを使用してください。
email-verified = 確認済み
email-unverified = 未確認
password = パスワード
password-hint = { $min }文字以上。ランダムな単語をいくつか組み合わせると効果的です。
password-confirm = パスワードを再入力
password-missing = パスワードを決めてください
password-too-short = { $min }文字以上にしてください
password-too-long = パスワードが長すぎます。256文字以内にしてください。
password-numeric = パスワードが数字だけです。単語を加えてください。
password-common = よく使われるパスワードのリストに載っています。別のものを選んでください。
password-temporary = 以前のパスワードと同じです。別のものを選んでください。
password-guessable = 推測されやすいパスワードです。ランダムな単語をもう1つか2つ加えてください。
password-like-username = パスワードがユーザー名に似すぎています
password-like-email = パスワードがメールアドレスに似すぎています
password-like-name = パスワードが名前に似すぎています
password-like-site = パスワードがこのサイトの名前に似すぎています
password-mismatch = 2つのパスワードが一致しません。もう一度入力してください。

select-title = アカウントを選択
select-current = { $name }として続ける

logout-title = サインアウトしますか？
logout-text = { $site }にはいつでも再びサインインできます。
logout-app = { $app }がサインアウトを求めています。ここでのセッションも終了します。
logout-submit = サインアウト
logout-stay = サインインしたままにする
logged-out-title = サインアウトしました
logged-out-text = 他の人もこのデバイスを使う場合は、ブラウザーも閉じてください。
logged-out-again = もう一度サインイン
logged-out-nobody = サインインしていません
logged-out-nobody-text = このブラウザーには終了するセッションがありません。
logged-out-nobody-sign-in = サインイン
logout-problem = アプリのサインアウトのリクエストが無効なため、アプリには戻りません：
onward-title = { $host }に進みますか？
onward-text = { $app }から実行できないリクエストが送信されました。
onward-go = { $host }に進む

form-post-title = { $app }に戻ります
form-post-text = 数秒たっても何も起こらない場合は、「続ける」を押してください。
