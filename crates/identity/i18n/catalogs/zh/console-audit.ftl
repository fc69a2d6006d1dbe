### The audit log in the administration console.

console-filters = 筛选
console-more = 更多
console-filter-remove = 移除筛选条件“{ $filter }”
console-filter-remove-value = 移除筛选条件“{ $name }：{ $value }”
console-day = 日期 (UTC)
console-mine = 我的操作
console-audit-download = 下载为 CSV
console-history = 审计日志
console-audit-change = 变更内容
console-audit-detail = 详细信息
console-field = 字段
console-before = 之前
console-after = 之后
console-value = 值
console-done = 已完成
console-chain-sealed = 已封存在日志中
console-chain-waiting = 尚未封存
console-chain-missing = 不在日志的链条中
console-chain-position = 在链条中的位置

# Undo, marks and counts
console-many = 超过 1,000
console-id-reserved = 此 ID 为保留名称。请输入其他 ID
console-undo = 撤销
console-undo-question = 要撤销此更改吗？
console-undo-text = 将重新设置事件之前的值，检查与任何更改相同。已结束的会话和已发送的邮件保持不变。撤销操作会被记录，也可以再次撤销。
console-undone = 已重新设置事件之前的值。
console-undo-changes = 撤销后恢复的内容
console-undo-now = 现在
console-undo-after = 撤销之后
console-undo-not = 此事件无法撤销
console-undo-back = 返回事件
console-undoes = 撤销了
console-undo-no-change = 它没有更改任何内容。
console-undo-created = 它创建了一个对象。请改为停用或删除该对象。
console-undo-deleted = 它删除了一个对象。已删除的对象无法恢复。
console-undo-secret = 它涉及密钥、机密或邮件，日志中不包含这些内容。
console-undo-ended = 它结束了会话、访问或第二因素，这些无法恢复。
console-undo-incomplete = 日志中没有准确恢复原值所需的全部内容。
console-undo-unsupported = 此类更改无法在这里撤销。请再次更改该对象。
console-undo-past = 要恢复的结束时间已过。
console-undo-changed = 当前值不是事件之后的值：此后已被更改。
console-undo-gone = 该对象，或原值所指的对象，已不存在。
