### Reports in the console: the numbers of each month.

reports-title = レポート
reports-text = 各月の数値 (UTC)。今月の数値は 1 日 1 回、そして月末の後に最終的に集計されます。
reports-none = サーバーは 1 分以内に最初のレポートを集計します。
reports-month = 月
reports-counted = 集計日時
reports-open = まだ終わっていません
reports-active-users = サインインしたユーザー
reports-new-users = 新しいユーザー
reports-disabled-users = 無効にされたユーザー
reports-deleted-users = 削除されたユーザー
reports-roles-assigned = 割り当てられたロール
reports-roles-revoked = 取り消されたロール
reports-members-added = グループと組織に追加されたメンバー
reports-members-removed = グループと組織から外されたメンバー
reports-users = 無効でないユーザー
reports-with-password = パスワードあり
reports-with-passkey = パスキーあり
reports-with-authenticator = 認証アプリあり
reports-with-provider = サインインサービスのアカウントあり
reports-with-second-factor = 第 2 要素あり
reports-apps = アプリ別のサインイン
reports-no-apps = アプリへのサインインはありませんでした。
reports-other-apps = その他すべてのアプリ
