### The audit log in the administration console.

console-more-filters = Meer filters
console-filter-remove = Verwijderen: { $filter }
console-day = Dag (UTC)
console-mine = Van mij
console-audit-download = Downloaden als CSV
console-history = Geschiedenis
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
console-id-reserved = ‘new’ is gereserveerd. Voer een andere ID in
console-chain = Keten
console-chain-in = Verzegeld
