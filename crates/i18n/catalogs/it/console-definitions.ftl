### The pages of definitions, and the fields that pick permissions and the end of a role.

console-until = Oppure fino a
console-until-hint = Facoltativo: una data e un’ora in UTC, che sostituiscono la scelta sopra.
console-until-invalid = Scegli una data e un’ora nel futuro
console-role-organization-hint = ID dell’organizzazione in cui vale il ruolo, per esempio acme. Vuoto: ovunque.
console-picker-more = Sono mostrati solo i primi 50. Cerca gli altri.
console-picker-found = Trovati:
console-definitions = Definizioni
console-definitions-text = Ciò a cui si riferiscono ruoli, app e token. Si cambia dalla riga di comando.
console-resources = Risorse
console-claims = Claim personalizzati
console-token-claims = Claim nei token di accesso
console-profile-fields = Campi del profilo
console-resource = Risorsa
console-scope = Ambito
console-claim = Claim
console-outputs = Contenuto in
console-editable-by = Modificato da
console-visible-to = Visibile a
