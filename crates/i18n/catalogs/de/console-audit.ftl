### The audit log in the administration console.

console-more-filters = Weitere Filter
console-filter-remove = Entfernen: { $filter }
console-day = Tag (UTC)
console-mine = Von mir
console-audit-download = Als CSV herunterladen
console-history = Verlauf
console-audit-change = Was sich änderte
console-audit-detail = Einzelheiten
console-field = Feld
console-before = Vorher
console-after = Nachher
console-value = Wert
console-done = Erledigt
console-chain-sealed = Im Protokoll versiegelt
console-chain-waiting = Noch nicht versiegelt
console-chain-missing = Fehlt in der Kette des Protokolls
console-chain-position = Stelle in der Kette

# Undo, marks and counts
console-many = Mehr als 1.000
console-id-reserved = „new“ ist reserviert. Geben Sie eine andere ID ein
console-chain = Kette
console-chain-in = Versiegelt
