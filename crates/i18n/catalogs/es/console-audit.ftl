### The audit log in the administration console.

console-more-filters = Más filtros
console-filter-remove = Quitar: { $filter }
console-day = Día (UTC)
console-mine = Míos
console-audit-download = Descargar como CSV
console-history = Historial
console-audit-change = Qué cambió
console-audit-detail = Detalles
console-field = Campo
console-before = Antes
console-after = Después
console-value = Valor
console-done = Hecho
console-chain-sealed = Sellado en el registro
console-chain-waiting = Aún sin sellar
console-chain-missing = Falta en la cadena del registro
console-chain-position = Lugar en la cadena

# Undo, marks and counts
console-many = Más de 1000
console-id-reserved = «new» está reservado. Escriba otro identificador
console-chain = Cadena
console-chain-in = Sellado
