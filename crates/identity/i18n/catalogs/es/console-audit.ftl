### The audit log in the administration console.

console-filters = Filtros
console-more = Más
console-filter-remove = Quitar el filtro «{ $filter }»
console-filter-remove-value = Quitar el filtro «{ $name }: { $value }»
console-day = Día (UTC)
console-mine = Míos
console-audit-download = Descargar como CSV
console-history = Registro de auditoría
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
console-id-reserved = Este identificador está reservado. Escribe otro identificador
console-undo = Deshacer
console-undo-question = ¿Deshacer este cambio?
console-undo-text = Se restablecen los valores anteriores al evento, con las mismas comprobaciones que cualquier cambio. Las sesiones terminadas y los mensajes enviados quedan como están. La operación se registra y también se puede deshacer.
console-undone = Se han restablecido los valores anteriores al evento.
console-undo-changes = Lo que se restablece
console-undo-now = Ahora
console-undo-after = Después de deshacer
console-undo-not = Este evento no se puede deshacer
console-undo-back = Volver al evento
console-undoes = Deshace
console-undo-no-change = No cambió nada.
console-undo-created = Creó un objeto. Desactiva o elimina el objeto en su lugar.
console-undo-deleted = Eliminó un objeto. Los objetos eliminados no se pueden restaurar.
console-undo-secret = Se refiere a un secreto, una clave o un mensaje. El registro no los contiene.
console-undo-ended = Terminó sesiones, accesos o un segundo factor. No se pueden restaurar.
console-undo-incomplete = El registro no contiene todo lo necesario para restaurar exactamente los valores anteriores.
console-undo-unsupported = Los cambios de este tipo no se pueden deshacer aquí. Cambia el objeto de nuevo.
console-undo-past = El fin que se restablecería ya ha pasado.
console-undo-changed = El valor actual no es el valor posterior al evento: se cambió desde entonces.
console-undo-gone = El objeto, o uno que nombran los valores anteriores, ya no existe.
