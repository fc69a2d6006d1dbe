### アプリが詳しく求める内容 (RFC 9396)。

details-actions = アプリに許可される操作
details-datatypes = 対象のデータ
details-privileges = 付与される権限
details-identifier = 対象
details-locations = 場所
details-yes = はい
details-no = いいえ

scope-openid-why = 次に来たときにあなただと分かるようにするためです。
scope-profile-why = 名前で呼びかけるためです。
scope-email-why = あなたにメールを送るためです。
scope-phone-why = 電話やメッセージで連絡するためです。
scope-address-why = あなたに物を送るためです。
scope-offline-why = あなたがいない間も動作を続けるためです。
scope-groups-why = グループに応じて、そのアプリでできることを決めるためです。
scope-roles-why = ロールに応じて、そのアプリでできることを決めるためです。
scope-read-why = 見ることはできますが、変更はできません。
scope-write-why = 追加や変更はあなたの名前で行われます。
scope-delete-why = 削除したものは元に戻せないことがあります。
scope-all-why = ほかの人のものも含まれます。

mail-approve-subject = 承認の依頼があります
mail-approve-text = { $app } が { $site } であなたの承認を求めています。依頼は最長 10 分間有効です。
mail-approve-button = 依頼を見る
approve-compare = 操作を始めた画面に次の言葉が表示されている場合のみ続けてください：
approve-yourself = 知っている相手からの、心当たりのある依頼である場合のみ続けてください。
approve-allowed = 承認しました
approve-allowed-text = { $app } の処理が続行されます。このページを閉じてかまいません。
approve-refused = 拒否しました
