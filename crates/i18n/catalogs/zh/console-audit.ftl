### The audit log in the administration console.

console-more-filters = 更多筛选条件
console-filter-remove = 移除：{ $filter }
console-day = 日期 (UTC)
console-mine = 我的操作
console-audit-download = 下载为 CSV
console-history = 历史记录
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
console-id-reserved = “new”为保留名称。请输入其他 ID
console-chain = 链
console-chain-in = 已封存
