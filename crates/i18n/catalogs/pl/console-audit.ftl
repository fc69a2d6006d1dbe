### The audit log in the administration console.

console-more-filters = Więcej filtrów
console-filter-remove = Usuń: { $filter }
console-day = Dzień (UTC)
console-mine = Moje
console-audit-download = Pobierz jako CSV
console-history = Historia
console-audit-change = Co się zmieniło
console-audit-detail = Szczegóły
console-field = Pole
console-before = Przed
console-after = Po
console-value = Wartość
console-done = Zrobione
console-chain-sealed = Zapieczętowane w dzienniku
console-chain-waiting = Jeszcze niezapieczętowane
console-chain-missing = Brak w łańcuchu dziennika
console-chain-position = Miejsce w łańcuchu

# Undo, marks and counts
console-many = Ponad 1000
console-id-reserved = Identyfikator „new” jest zastrzeżony. Wpisz inny
console-chain = Łańcuch
console-chain-in = Zapieczętowane
