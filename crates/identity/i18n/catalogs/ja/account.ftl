### Consent and the account page.

consent-title = { $app }がアクセスを求めています
consent-this-computer = このコンピューター上のアプリ
consent-this-device = このデバイス上のアプリ:
consent-unverified = { $site }による確認を受けていません。このアプリを知っていて、自分で操作を始めた場合にのみ続けてください。
consent-published = アドレスのみで識別されています:
consent-answer = 許可した内容の送信先:
consent-posing = このコンピューター上のどのプログラムでも、このアプリになりすますことができます。
consent-wants = このアプリが求めていること
consent-until-removed = アクセスは削除するまで続きます。アプリはアカウントの「接続済みのアプリ」で確認できます。
consent-until = アクセスは{ $date }まで続きます。それより前に、アカウントの「接続済みのアプリ」で終了できます。
consent-publisher = 提供元: { $name }
consent-optional = チェックした場合のみ:
consent-kept = すでに許可されている内容
consent-policy = プライバシー
consent-terms = 利用規約
consent-allow = 許可
consent-deny = キャンセル

scope-sensitive = 要注意
scope-new = 新規
scope-openid = サインイン時にあなたを識別する
scope-profile = 名前とユーザー名を見る
scope-email = メールアドレスを見る
scope-phone = 電話番号を見る
scope-address = 住所を見る
scope-offline = あなたがいない間もアクセスを維持する
scope-groups = 所属しているグループを見る
scope-roles = あなたのロールを見る
scope-tasks-read = あなたのタスクを見る
scope-tasks-write = あなたのタスクを作成、変更する
scope-tasks-delete = あなたのタスクを削除する
scope-tasks-read-all = 全員のタスクを見る
scope-tasks-write-all = 全員のタスクを変更する
scope-tasks-delete-all = 全員のタスクを削除する
scope-other = 「{ $scope }」を使用する

account-title = アカウント
account-administration = 管理
account-greeting = こんにちは、{ $name }さん
account-profile = プロフィール
account-roles = ロール
account-created = 登録日
account-password-changed = パスワードの変更
account-sessions = デバイスとセッション
account-apps = 接続済みのアプリ
account-no-apps = アカウントにアクセスできるアプリはありません。
account-welcome = アカウントの準備ができました。
account-session-ended = そのセッションからサインアウトしました。
account-app-removed = アプリはアクセスできなくなりました。
session-current = このデバイス
session-seen = 最終使用:
session-since = サインイン:
session-end = サインアウト
session-end-label = { $device }をサインアウト
app-since = アクセス開始:
app-until = 終了:
app-scopes = { $count ->
   *[other] { $count }件の権限
}
app-remove = 削除
app-remove-label = { $app }のアクセスを削除
device-on = { $system }の{ $browser }
device-unknown = 不明なデバイス

# The navigation, the sign-in methods, and the organizations.
account-sign-in = サインイン
account-sign-in-text = サインインの方法と、アカウントを守る設定です。
account-not-set = 未設定
account-safe = アカウントは十分に保護されています。
account-one-factor = 2つ目のサインイン方法を追加してください。
account-invitations = 届いた招待
account-invited = { $organization } から参加の招待が届いています。
account-all-devices = すべてのデバイス
account-access = アカウントへのアクセス
account-apps-text = あなたのアカウントを利用できるアプリです。不要になったものは削除してください。
orgs-text = 所属している組織と、そこでのロールです。
orgs-none = 所属している組織はありません。
orgs-leave = 退会
orgs-leave-label = { $organization } を退会
orgs-leave-title = { $organization } を退会しますか？
orgs-leave-text = その組織でのグループとロールを失い、その組織用のAPIキーは使えなくなります。戻るには招待が必要です。
orgs-left = 組織を退会しました。
orgs-last-owner = あなたは唯一の所有者です。退会する前に、ほかのメンバーが所有者になる必要があります。

# The check-up and the support code.
check-up-title = セキュリティ確認
check-up-text = 過去30日間にアカウントで起きたことを、一つずつ確認してください。
check-up-start = 最近の操作を確認する
check-up-left = { $count ->
   *[other] 確認する操作が{ $count }件あります。
}
check-up-yes = はい、自分です
check-up-known = はい、知っています
check-up-no = いいえ、心当たりがありません
check-up-nothing = 確認するものはありません。
support-code-title = サポートコード
support-code-text = サポートに助けを求めるときに、このコードを読み上げてください。担当者にあなたのアカウントが表示されますが、権限は与えられません。
support-code-lasts = コードは15分以内に一度だけ使えます。
support-code-consents = サポートに助けを求めるときに、このコードを読み上げてください。担当者にあなたのアカウントが表示され、1つのアプリで数分間、あなたとして操作できるようになります。その際はメールでお知らせします。
support-code-make = コードを作成
support-code-again = 別のコードを作成
