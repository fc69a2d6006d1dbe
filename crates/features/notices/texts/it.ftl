### The notice on all pages, and read-only mode, in the console.

notices-title = Avviso e modalità di sola lettura
notices-text = Un avviso compare su ogni pagina nel suo periodo. In modalità di sola lettura il server rifiuta per un periodo le modifiche di account, consensi e impostazioni; accessi, sessioni e app continuano.
notices-notice = Avviso
notices-none = Non c’è alcun avviso.
notices-text-invalid = Inserisci da 1 a 300 caratteri su una riga
notices-languages = Altre lingue
notices-languages-hint = Una per riga, per esempio: de = Wartung am Samstag
notices-languages-invalid = Usa una riga per lingua, per esempio: de = Wartung am Samstag
notices-from = Da
notices-until = Fino a
notices-until-invalid = Inserisci un’ora dopo l’inizio; la sola lettura dura al massimo 7 giorni
notices-announced = Annunciato
notices-set = Imposta avviso
notices-set-done = L’avviso è impostato.
notices-remove = Rimuovi avviso
notices-remove-question = Rimuovere l’avviso?
notices-remove-text = Nessuna pagina lo mostra più.
notices-removed = L’avviso è stato rimosso.
notices-read-only = Modalità di sola lettura
notices-read-only-active = Le modifiche sono rifiutate
notices-writable = Le modifiche sono possibili
notices-read-only-set = Imposta la sola lettura
notices-read-only-set-done = La sola lettura è impostata.
notices-read-only-until-hint = Al massimo 7 giorni dopo l’inizio. Allora la modalità termina da sé.
notices-read-only-end = Termina la sola lettura
notices-read-only-end-question = Terminare la sola lettura?
notices-read-only-end-text = Le modifiche sono di nuovo possibili: qui subito, sugli altri server in pochi secondi.
notices-read-only-ended = La sola lettura è terminata.
