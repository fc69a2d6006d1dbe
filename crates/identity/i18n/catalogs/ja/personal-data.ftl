### A copy of one's data, and the end of the account.

data-title = あなたのデータ
data-prove-text = データのダウンロードやアカウントの削除には、本人確認が必要です。確認は15分間有効です。
data-prove = 本人確認を行う
data-export-title = データをダウンロード
data-export-text = アカウント、プロフィール、画像、セッション、アプリ、ロール、アクティビティなど、あなたに関するすべての情報を1つのJSONファイルにまとめます。パスワードと秘密の情報は含まれません。
data-export-submit = ダウンロード
data-delete-title = アカウントを削除
data-delete-grace = { $days ->
   *[other] すべてのアプリとデバイスがすぐにサインアウトされます。{ $days }日後にアカウントは完全に削除されます。それまではサインインして、残すことができます。
}
data-delete-soon = すべてのアプリとデバイスがすぐにサインアウトされます。1日以内にアカウントは完全に削除されます。それまではサインインして、残すことができます。
data-name-label = アカウントを削除するには、ユーザー名（{ $name }）を入力してください
data-name-missing = アカウントを削除するには、ユーザー名を入力してください
data-name-other = ユーザー名が違います
data-last-administrator = このサイトには他に管理者がいません。先に別の管理者を指定してください。
data-last-owner = 組織「{ $name }」には他に所有者がいません。先に別の所有者を指定してください。
data-delete-submit = アカウントを削除する
leaving-title = アカウントは{ $day }に削除されます
leaving-account = アカウント:
leaving-text = それまでは誰も使用できず、アプリもアクセスできません。気が変わった場合は、アカウントを残してください。
leaving-keep = アカウントを残す
account-kept = アカウントは残ります。アプリにもう一度サインインしてください。
