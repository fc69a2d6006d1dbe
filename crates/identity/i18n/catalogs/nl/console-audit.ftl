### The audit log in the administration console.

console-filters = Filters
console-more = Meer
console-filter-remove = Filter “{ $filter }” verwijderen
console-filter-remove-value = Filter “{ $name }: { $value }” verwijderen
console-day = Dag (UTC)
console-mine = Van mij
console-audit-download = Downloaden als CSV
console-history = Logboek
console-audit-change = Wat er veranderde
console-audit-detail = Bijzonderheden
console-field = Veld
console-before = Voor
console-after = Na
console-value = Waarde
console-done = Gedaan
console-chain-sealed = Verzegeld in het logboek
console-chain-waiting = Nog niet verzegeld
console-chain-missing = Ontbreekt in de keten van het logboek
console-chain-position = Plaats in de keten

# Undo, marks and counts
console-many = Meer dan 1.000
console-id-reserved = Deze ID is gereserveerd. Voer een andere ID in
console-undo = Ongedaan maken
console-undo-question = Deze wijziging ongedaan maken?
console-undo-text = De waarden van vóór de gebeurtenis worden weer ingesteld, met dezelfde controles als bij elke wijziging. Beëindigde sessies en verzonden berichten blijven zoals ze zijn. De handeling wordt vastgelegd en kan ook ongedaan worden gemaakt.
console-undone = De waarden van vóór de gebeurtenis zijn weer ingesteld.
console-undo-changes = Wat wordt teruggezet
console-undo-now = Nu
console-undo-after = Daarna
console-undo-not = Deze gebeurtenis kan niet ongedaan worden gemaakt
console-undo-back = Terug naar de gebeurtenis
console-undoes = Maakt ongedaan
console-undo-no-change = Er is niets gewijzigd.
console-undo-created = Er is een object aangemaakt. Schakel het object uit of verwijder het.
console-undo-deleted = Er is een object verwijderd. Verwijderde objecten kunnen niet worden hersteld.
console-undo-secret = Het gaat om een geheim, een sleutel of een bericht. Het logboek bevat die niet.
console-undo-ended = Er zijn sessies, toegang of een tweede factor beëindigd. Die kunnen niet worden hersteld.
console-undo-incomplete = Het logboek bevat niet alles wat nodig is om de vroegere waarden exact te herstellen.
console-undo-unsupported = Wijzigingen van deze soort kunnen hier niet ongedaan worden gemaakt. Wijzig het object opnieuw.
console-undo-past = Het einde dat zou worden ingesteld, is voorbij.
console-undo-changed = De huidige waarde is niet de waarde na de gebeurtenis: ze is sindsdien gewijzigd.
console-undo-gone = Het object, of een object dat de vroegere waarden noemen, bestaat niet meer.
