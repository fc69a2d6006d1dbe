### The pages of definitions, and the fields that pick permissions and the end of a role.

console-until = または期限
console-until-hint = 任意: UTC の日時。上の選択の代わりになります。
console-until-invalid = 未来の日時を選んでください
console-role-organization-hint = ロールが有効な組織の ID、例: acme。空欄ならすべての場所で有効です。
console-picker-more = 最初の 50 件だけを表示しています。ほかは検索してください。
console-picker-found = 件数:
console-definitions = 定義
console-definitions-text = ロール、アプリ、トークンが参照するものです。変更はコマンドラインで行います。
console-resources = リソース
console-claims = カスタムクレーム
console-token-claims = アクセストークンのクレーム
console-profile-fields = プロフィールの項目
console-resource = リソース
console-scope = スコープ
console-claim = クレーム
console-outputs = 含まれる場所
console-editable-by = 変更できる人
console-visible-to = 見える相手
