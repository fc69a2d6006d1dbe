### Mails about one's data and the end of the account.

mail-exported-subject = データがダウンロードされました
mail-exported-text = { $site }にあるあなたに関するすべての情報のコピーがダウンロードされました。
mail-leaving-subject = アカウントが削除されます
mail-leaving-text = { $site }のアカウントは{ $moment }に削除されます。それまでは誰も使用できません。残すには、サインインして「アカウントを残す」を選択してください。
mail-leaving-button = アカウントを残す
mail-leaving-advice = 心当たりがない場合は、アカウントを残し、すぐに新しいパスワードを設定してください。
mail-kept-subject = アカウントは残ります
mail-kept-text = { $site }のアカウントの削除は取り消されました。アプリにもう一度サインインしてください。
mail-deleted-subject = アカウントが削除されました
mail-deleted-text = ご依頼のとおり、{ $site }のアカウントと、それに属するすべてのものが削除されました。これが最後のメールです。
