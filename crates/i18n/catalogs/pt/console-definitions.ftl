### The pages of definitions, and the fields that pick permissions and the end of a role.

console-until = Ou até
console-until-hint = Opcional: uma data e hora em UTC, que substitui a escolha acima.
console-until-invalid = Escolha uma data e hora no futuro
console-role-organization-hint = ID da organização em que a função vale, por exemplo acme. Vazio: em todas.
console-picker-more = Somente as primeiras 50 são mostradas. Pesquise as outras.
console-picker-found = Encontrados:
console-definitions = Definições
console-definitions-text = Aquilo a que as funções, as aplicações e os tokens se referem. É alterado na linha de comando.
console-resources = Recursos
console-claims = Claims personalizados
console-token-claims = Claims nos tokens de acesso
console-profile-fields = Campos de perfil
console-resource = Recurso
console-scope = Escopo
console-claim = Claim
console-outputs = Contido em
console-editable-by = Alterado por
console-visible-to = Visível para
