### The pages of definitions, and the fields that pick permissions and the end of a role.

console-until = 或截止到
console-until-hint = 可选：UTC 日期和时间，代替上面的选择。
console-until-invalid = 请选择将来的日期和时间
console-role-organization-hint = 角色生效的组织的 ID，例如 acme。留空：在所有组织中生效。
console-picker-more = 只显示前 50 项。其余请搜索。
console-picker-found = 找到：
console-definitions = 定义
console-definitions-text = 角色、应用和令牌所引用的内容。在命令行中更改。
console-resources = 资源
console-claims = 自定义声明
console-token-claims = 访问令牌中的声明
console-profile-fields = 个人资料字段
console-resource = 资源
console-scope = 作用域
console-claim = 声明
console-outputs = 包含于
console-editable-by = 更改者
console-visible-to = 可见范围
