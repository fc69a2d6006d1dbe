### The pages of definitions, and the fields that pick permissions and the end of a role.

console-until = Of tot
console-until-hint = Optioneel: een datum en tijd in UTC, die de keuze hierboven vervangen.
console-until-invalid = Kies een datum en tijd in de toekomst
console-role-organization-hint = ID van de organisatie waarin de rol geldt, bijvoorbeeld acme. Leeg: overal.
console-picker-more = Alleen de eerste 50 zijn te zien. Zoek naar de andere.
console-picker-found = Gevonden:
console-definitions = Definities
console-definitions-text = Waar rollen, apps en tokens naar verwijzen. Het wordt op de opdrachtregel gewijzigd.
console-resources = Resources
console-claims = Eigen claims
console-token-claims = Claims in toegangstokens
console-profile-fields = Profielvelden
console-resource = Resource
console-scope = Scope
console-claim = Claim
console-outputs = Opgenomen in
console-editable-by = Gewijzigd door
console-visible-to = Zichtbaar voor
