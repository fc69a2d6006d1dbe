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
sites-page-home = 最初のページ
sites-page-again = もう一度試す

### Console pages of sites behind a proxy.

sites-title = プロキシの背後にあるサイト
sites-text = サイトとは、自身でユーザーをサインインさせられないアプリケーションです。手前のプロキシがリクエストごとにこのサーバーに問い合わせ、最初に一致したルールが決定します。
sites-none = サイトはありません。追加すると、OpenID Connect に対応しない Web アプリを保護できます。
sites-new = 新しいサイト
sites-created = サイトが作成されました。
sites-edit = サイトを変更
sites-changed = サイトが変更されました。
sites-hosts = ホスト名
sites-hosts-hint = 1 行に 1 つ、例: wiki.example.com。*.example.com のアスタリスクは名前の 1 つの部分の代わりです。
sites-rules = ルール
sites-rules-hint = 1 行に 1 つ。最初に一致したものが決定します。例: /public/* anyone · /admin/* role=editor second-factor · /* user
sites-rule = ルール
sites-number = 番号
sites-no-rules = ルールがなければ、すべてのリクエストが拒否されます。
sites-organization-hint = そのメンバーには、この組織のロール、グループ、権限も適用されます。
sites-headers = ヘッダー名
sites-headers-hint = 1 行に 1 つ、例: user = X-WEBAUTH-USER。アプリケーションが受け取る内容と、読み取る名前です。user、groups、email、name、および検証できる有効期間 1 分の JWT である token があります。行がないものは省略されます。
sites-raw = ヘッダーの値を UTF-8 で送る
sites-raw-hint = そうでなければ、単純な文字以外はすべてパーセントエンコードされます。
sites-delete = サイトを削除
sites-delete-question = サイトを削除しますか？
sites-delete-text = そのホストへのリクエストはすべて拒否されます。
sites-deleted = サイトが削除されました。
sites-check = リクエストを確認
sites-check-text = リクエストがどうなるか、どのルールによるかを表示します。リクエストは送信されません。
sites-url = アドレス
sites-url-hint = 例: https://wiki.example.com/admin
sites-user-hint = 空の場合: サインインしていない訪問者
sites-method = メソッド
sites-factor = サインイン方法
sites-second-factor = 第 2 要素
sites-allow = 許可
sites-sign-in = サインインが必要
sites-asks-factor = 第 2 要素の証明が必要
sites-asks-passkey = パスキーの使用が必要
sites-deny = 拒否
sites-reason-no-rule = 一致するルールがありません。
sites-reason-ambiguous = 大文字と小文字の違い、または末尾のスラッシュの有無により、別のルールに一致します。
sites-reason-rule = ルールが全員を拒否しています。
sites-reason-credential = ルールはアクセストークンや API キーを受け入れません。
sites-reason-not-allowed = ユーザーはルールのロール、グループ、権限のいずれも持っていません。
sites-proxy-config = プロキシの設定
sites-proxy-config-text = http://127.0.0.1:8080 のアプリ用です。他のアドレスには、コマンド doorward site proxy-config のオプションを使います。
