### Console pages of sites behind a proxy.

sites-title = プロキシの背後にあるサイト
sites-text = サイトとは、自身でユーザーをサインインさせられないアプリケーションです。手前のプロキシがリクエストごとにこのサーバーに問い合わせ、最初に一致したルールが決定します。
sites-none = サイトはありません。
sites-new = 新しいサイト
sites-created = サイトが作成されました。
sites-edit = サイトを変更
sites-changed = サイトが変更されました。
sites-site = サイト
sites-hosts = ホスト
sites-hosts-hint = 1 行に 1 つ、例: wiki.example.com。*.example.com のアスタリスクは名前の 1 つの部分の代わりです。
sites-rules = ルール
sites-rules-hint = 1 行に 1 つ。最初に一致したものが決定します。例: /public/* anyone · /admin/* role=editor second-factor · /* user
sites-rule = ルール
sites-number = 番号
sites-no-rules = ルールがなければ、すべてのリクエストが拒否されます。
sites-line-invalid = { $line } 行目は使えません:
sites-organization-hint = そのメンバーには、この組織のロール、グループ、権限も適用されます。
sites-headers = ヘッダー
sites-headers-hint = 1 行に 1 つ、例: user = X-WEBAUTH-USER。アプリケーションが受け取る内容と、読み取る名前です。user、groups、email、name、および検証できる有効期間 1 分の JWT である token があります。行がないものは省略されます。
sites-header-invalid = 英字、数字、ハイフンを使い、ヘッダーごとに異なる名前にしてください。Cookie など別の意味を持つ名前は使えません
sites-raw = ヘッダーの値を UTF-8 で送る
sites-raw-hint = そうでなければ、単純な文字以外はすべてパーセントエンコードされます。
sites-delete = サイトを削除
sites-delete-question = サイトを削除しますか？
sites-delete-text = そのホストへのリクエストはすべて拒否されます。
sites-deleted = サイトが削除されました。
sites-check = リクエストを確認
sites-check-text = リクエストがどうなるか、どのルールによるかを表示します。リクエストは送信されません。
sites-url = URL
sites-url-hint = 例: https://wiki.example.com/admin
sites-user-hint = 空の場合: サインインしていない訪問者
sites-method = メソッド
sites-factor = サインイン方法
sites-password = パスワード
sites-second-factor = 第 2 要素
sites-passkey = パスキー
sites-allow = 許可
sites-sign-in = サインインが必要
sites-asks-factor = 第 2 要素の証明が必要
sites-asks-passkey = パスキーの使用が必要
sites-deny = 拒否
sites-reason-no-rule = 一致するルールがありません。
sites-reason-ambiguous = 大文字と小文字の違い、または末尾のスラッシュの有無により、別のルールに一致します。
sites-reason-nobody = ルールが全員を拒否しています。
sites-reason-credential = ルールはアクセストークンや API キーを受け入れません。
sites-reason-not-allowed = ユーザーはルールのロール、グループ、権限のいずれも持っていません。
