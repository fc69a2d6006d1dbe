### The audit log in the administration console.

console-more-filters = その他の絞り込み
console-filter-remove = 解除: { $filter }
console-day = 日付 (UTC)
console-mine = 自分の操作
console-audit-download = CSV でダウンロード
console-history = 履歴
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
console-id-reserved = 「new」は使用できません。別の ID を入力してください
console-chain = チェーン
console-chain-in = 封印済み
