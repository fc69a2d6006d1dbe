### The audit log in the administration console.

console-more-filters = Mais filtros
console-filter-remove = Remover: { $filter }
console-day = Dia (UTC)
console-mine = Os meus
console-audit-download = Transferir como CSV
console-history = Histórico
console-audit-change = O que mudou
console-audit-detail = Detalhes
console-field = Campo
console-before = Antes
console-after = Depois
console-value = Valor
console-done = Feito
console-chain-sealed = Selado no registo
console-chain-waiting = Ainda não selado
console-chain-missing = Falta na cadeia do registo
console-chain-position = Lugar na cadeia

# Undo, marks and counts
console-many = Mais de 1000
console-id-reserved = «new» está reservado. Introduza outro ID
console-chain = Cadeia
console-chain-in = Selado
