# Invitations into organizations: the page and the mail.

invitation-title = 招待
invitation-heading = { $organization }に参加しますか？
invitation-by = { $name }さんからの招待です。
invitation-for = 招待先:
invitation-means = 組織の所有者に、あなたの名前とアドレスが表示されます。アカウントの「組織」からいつでも退会できます。
invitation-accept = 参加する
invitation-decline = 辞退する
invitation-later = 後で決める
invitation-sign-in = 回答するには、そのアドレスでサインインしてください。アカウントがない場合は、そのアドレスで作成してください。
invitation-other = 別のアドレスでサインインしているか、アドレスが未確認です。サインアウトして、上記のアドレスでサインインしてください。
step-invitation-accepted = 参加しました
step-invitation-accepted-text = 組織の一員になりました。組織としてできることは、所有者が決めます。
step-invitation-declined = 辞退しました
step-invitation-declined-text = 組織には参加していません。リンクは使えなくなりました。

mail-invited-subject = 招待が届いています
mail-invited-text = { $site }の「{ $organization }」に招待されています。
mail-invited-by-text = { $inviter }さんが、{ $site }の「{ $organization }」にあなたを招待しています。
mail-invited-button = 招待を見る
mail-invited-otherwise = 心当たりがない場合は、このメールを無視してください。あなたの操作なしには何も起こりません。
mail-invited-footer = このメールは、誰かがこのアドレスを招待したため、{ $site }から送信されました。
mail-expires-week = リンクは7日以内に1回だけ使えます。
