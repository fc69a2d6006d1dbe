### The audit log in the administration console.

console-filters = Filter
console-more = Mehr
console-filter-remove = Filter „{ $filter }“ entfernen
console-filter-remove-value = Filter „{ $name }: { $value }“ entfernen
console-day = Tag (UTC)
console-mine = Von mir
console-audit-download = Als CSV herunterladen
console-history = Protokoll
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
console-id-reserved = Diese ID ist reserviert. Geben Sie eine andere ID ein
console-undo = Rückgängig machen
console-undo-question = Diese Änderung rückgängig machen?
console-undo-text = Die Werte vor dem Ereignis werden wieder gesetzt, mit denselben Prüfungen wie bei jeder Änderung. Beendete Sitzungen und versandte Nachrichten bleiben, wie sie sind. Der Vorgang wird protokolliert und lässt sich selbst rückgängig machen.
console-undone = Die Werte vor dem Ereignis sind wieder gesetzt.
console-undo-changes = Was zurückgesetzt wird
console-undo-now = Jetzt
console-undo-after = Danach
console-undo-not = Dieses Ereignis lässt sich nicht rückgängig machen
console-undo-back = Zurück zum Ereignis
console-undoes = Macht rückgängig
console-undo-no-change = Es hat nichts geändert.
console-undo-created = Es hat ein Objekt angelegt. Deaktivieren oder löschen Sie das Objekt stattdessen.
console-undo-deleted = Es hat ein Objekt gelöscht. Gelöschte Objekte lassen sich nicht wiederherstellen.
console-undo-secret = Es betrifft ein Geheimnis, einen Schlüssel oder eine Nachricht. Das Protokoll enthält sie nicht.
console-undo-ended = Es hat Sitzungen, Zugriffe oder einen zweiten Faktor beendet. Diese lassen sich nicht wiederherstellen.
console-undo-incomplete = Das Protokoll enthält nicht alles, um die früheren Werte genau wiederherzustellen.
console-undo-unsupported = Änderungen dieser Art lassen sich hier nicht rückgängig machen. Ändern Sie das Objekt stattdessen erneut.
console-undo-past = Das Ende, das wieder gesetzt würde, ist vorbei.
console-undo-changed = Der jetzige Wert ist nicht der Wert nach dem Ereignis: Er wurde seitdem geändert.
console-undo-gone = Das Objekt, oder eines, das die früheren Werte nennen, gibt es nicht mehr.
