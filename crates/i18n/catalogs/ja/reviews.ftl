### Access reviews: the pages of reviewers and their mail.

reviews-title = アクセス レビュー
reviews-text = これらのロールがまだ必要かどうかを決定してください。
reviews-none = 決定が必要なアクセス レビューはありません。
reviews-open = 未決定: { $count }
reviews-decide = 決定する
reviews-lines-text = まだ必要なロールを確認し、それ以外を取り消してください。取り消したロールはすぐに無効になります。自分のロールについては他のレビュー担当者が決定します。
reviews-by-group = グループ{ $group }による
reviews-since = 割り当て
reviews-assigned-by = 割り当てた人: { $name }
reviews-last-login = 最後のサインイン
reviews-never = サインインなし
reviews-reason = 理由（任意、200文字以内）
reviews-confirm = 選択したロールを確認
reviews-revoke = 選択したロールを取り消す
reviews-done = 決定を保存しました。
reviews-left = 決定を保存しました。取り消したロールの一部は削除できませんでした。グループのロールは、メンバーでなくなるまで有効です。
reviews-all-done = このレビューのすべてのロールについて決定しました。
mail-review-subject = アクセス レビュー: 決定が必要です
mail-review-text = あなたは{ $site }の「{ $review }」のレビュー担当者です。{ $moment }までに、どのロールがまだ必要かを決定してください。
mail-review-button = レビューを開く
mail-review-otherwise = 管理者があなたをレビュー担当者に指定したため、このメールをお送りしています。
