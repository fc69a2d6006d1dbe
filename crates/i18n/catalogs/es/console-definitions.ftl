### The pages of definitions, and the fields that pick permissions and the end of a role.

console-until = O hasta
console-until-hint = Opcional: una fecha y hora en UTC, que sustituye la opción de arriba.
console-until-invalid = Elige una fecha y hora en el futuro
console-role-organization-hint = ID de la organización en la que vale el rol, por ejemplo acme. Vacío: en todas partes.
console-picker-more = Solo se muestran los primeros 50. Busca los demás.
console-picker-found = Encontrados:
console-definitions = Definiciones
console-definitions-text = A lo que se refieren los roles, las aplicaciones y los tokens. Se cambia en la línea de comandos.
console-resources = Recursos
console-claims = Claims personalizados
console-token-claims = Claims en los tokens de acceso
console-profile-fields = Campos de perfil
console-resource = Recurso
console-scope = Ámbito
console-claim = Claim
console-outputs = Contenido en
console-editable-by = Lo cambia
console-visible-to = Visible para
