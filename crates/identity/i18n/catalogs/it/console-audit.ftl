### The audit log in the administration console.

console-filters = Filtri
console-more = Altro
console-filter-remove = Rimuovi il filtro “{ $filter }”
console-filter-remove-value = Rimuovi il filtro “{ $name }: { $value }”
console-day = Giorno (UTC)
console-mine = I miei
console-audit-download = Scarica come CSV
console-history = Registro di controllo
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
console-id-reserved = Questo ID è riservato. Inserisci un altro ID
console-undo = Annulla la modifica
console-undo-question = Annullare questa modifica?
console-undo-text = I valori precedenti all’evento vengono reimpostati, con gli stessi controlli di ogni modifica. Le sessioni terminate e i messaggi inviati restano come sono. L’annullamento viene registrato e può essere annullato.
console-undone = I valori precedenti all’evento sono stati reimpostati.
console-undo-changes = Che cosa viene reimpostato
console-undo-now = Ora
console-undo-after = Dopo l’annullamento
console-undo-not = Questo evento non può essere annullato
console-undo-back = Torna all’evento
console-undoes = Annulla
console-undo-no-change = Non ha modificato nulla.
console-undo-created = Ha creato un oggetto. Disattiva o elimina invece l’oggetto.
console-undo-deleted = Ha eliminato un oggetto. Gli oggetti eliminati non possono essere ripristinati.
console-undo-secret = Riguarda un segreto, una chiave o un messaggio. Il registro non li contiene.
console-undo-ended = Ha terminato sessioni, accessi o un secondo fattore. Non possono essere ripristinati.
console-undo-incomplete = Il registro non contiene tutto ciò che serve per ripristinare esattamente i valori precedenti.
console-undo-unsupported = Le modifiche di questo tipo non possono essere annullate qui. Modifica di nuovo l’oggetto.
console-undo-past = La scadenza da reimpostare è passata.
console-undo-changed = Il valore attuale non è quello successivo all’evento: è stato modificato da allora.
console-undo-gone = L’oggetto, o uno indicato dai valori precedenti, non esiste più.
