### The audit log in the administration console.

console-filters = 絞り込み
console-more = その他
console-filter-remove = 絞り込み「{ $filter }」を解除
console-filter-remove-value = 絞り込み「{ $name }: { $value }」を解除
console-day = 日付 (UTC)
console-mine = 自分の操作
console-audit-download = CSV でダウンロード
console-history = 監査ログ
console-audit-change = 変更内容
console-audit-detail = 詳細
console-field = 項目
console-before = 変更前
console-after = 変更後
console-value = 値
console-done = 完了
console-chain-sealed = ログに封印済み
console-chain-waiting = まだ封印されていません
console-chain-missing = ログの連鎖にありません
console-chain-position = 連鎖での位置

# Undo, marks and counts
console-many = 1,000 以上
console-id-reserved = この ID は使用できません。別の ID を入力してください
console-undo = 元に戻す
console-undo-question = この変更を元に戻しますか？
console-undo-text = イベント前の値を、通常の変更と同じ確認を行って再設定します。終了したセッションと送信済みのメッセージはそのままです。この操作は記録され、さらに元に戻すこともできます。
console-undone = イベント前の値を再設定しました。
console-undo-changes = 元に戻る内容
console-undo-now = 現在
console-undo-after = 元に戻した後
console-undo-not = このイベントは元に戻せません
console-undo-back = イベントに戻る
console-undoes = 元に戻した対象
console-undo-no-change = 何も変更していません。
console-undo-created = オブジェクトを作成したイベントです。代わりに無効化または削除してください。
console-undo-deleted = オブジェクトを削除したイベントです。削除したものは復元できません。
console-undo-secret = シークレット、鍵、またはメッセージに関するイベントです。ログには含まれていません。
console-undo-ended = セッション、アクセス、または第 2 要素を終了したイベントです。復元できません。
console-undo-incomplete = 以前の値を正確に復元するための情報がログにそろっていません。
console-undo-unsupported = この種類の変更はここでは元に戻せません。オブジェクトをもう一度変更してください。
console-undo-past = 再設定する期限はすでに過ぎています。
console-undo-changed = 現在の値がイベント後の値と異なります。その後に変更されています。
console-undo-gone = オブジェクト、または以前の値が指すものがもう存在しません。
