### The pages of definitions, and the fields that pick permissions and the end of a role.

console-until = Albo do
console-until-hint = Opcjonalnie: data i godzina w UTC, które zastępują wybór powyżej.
console-until-invalid = Wybierz datę i godzinę w przyszłości
console-role-organization-hint = Identyfikator organizacji, w której rola obowiązuje, na przykład acme. Puste: wszędzie.
console-picker-more = Widać tylko pierwszych 50. Wyszukaj pozostałe.
console-picker-found = Znaleziono:
console-definitions = Definicje
console-definitions-text = To, do czego odwołują się role, aplikacje i tokeny. Zmienia się to w wierszu poleceń.
console-resources = Zasoby
console-claims = Własne oświadczenia
console-token-claims = Oświadczenia w tokenach dostępu
console-profile-fields = Pola profilu
console-resource = Zasób
console-scope = Zakres
console-claim = Oświadczenie
console-outputs = Zawarte w
console-editable-by = Zmienia
console-visible-to = Widoczne dla
