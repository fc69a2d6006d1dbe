### The pages of definitions, and the fields that pick permissions and the end of a role.

console-until = Oder bis
console-until-hint = Optional: Datum und Uhrzeit in UTC; ersetzt die Auswahl oben.
console-until-invalid = Wählen Sie ein Datum und eine Uhrzeit in der Zukunft
console-role-organization-hint = ID der Organisation, in der die Rolle gilt, zum Beispiel acme. Leer: überall.
console-picker-more = Nur die ersten 50 sind zu sehen. Suchen Sie nach den anderen.
console-picker-found = Gefunden:
console-definitions = Definitionen
console-definitions-text = Worauf sich Rollen, Apps und Tokens beziehen. Geändert wird es auf der Kommandozeile.
console-resources = Ressourcen
console-claims = Eigene Claims
console-token-claims = Claims in Access-Tokens
console-profile-fields = Profilfelder
console-resource = Ressource
console-scope = Scope
console-claim = Claim
console-outputs = Enthalten in
console-editable-by = Änderbar durch
console-visible-to = Sichtbar für
