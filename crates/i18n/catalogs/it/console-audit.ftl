### The audit log in the administration console.

console-more-filters = Altri filtri
console-filter-remove = Rimuovi: { $filter }
console-day = Giorno (UTC)
console-mine = I miei
console-audit-download = Scarica come CSV
console-history = Cronologia
console-audit-change = Che cosa è cambiato
console-audit-detail = Dettagli
console-field = Campo
console-before = Prima
console-after = Dopo
console-value = Valore
console-done = Fatto
console-chain-sealed = Sigillato nel registro
console-chain-waiting = Non ancora sigillato
console-chain-missing = Manca nella catena del registro
console-chain-position = Posto nella catena

# Undo, marks and counts
console-many = Più di 1.000
console-id-reserved = «new» è riservato. Inserisca un altro ID
console-chain = Catena
console-chain-in = Sigillato
