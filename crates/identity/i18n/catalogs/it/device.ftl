### Connecting a device that has no browser of its own.

device-title = Collega un dispositivo
device-text = Inserisci il codice mostrato dal tuo dispositivo.
device-code = Codice
device-code-hint = Otto lettere, ad esempio WDJB-MJHT.
device-compare-filled = Continua solo se il tuo dispositivo mostra esattamente questo codice.
device-missing = Inserisci il codice
device-wrong = Il codice è errato o scaduto. Guarda di nuovo il tuo dispositivo.
device-another = Su un altro dispositivo
device-compare = Continua solo se vedi questo codice sul tuo dispositivo:
device-started = Inizio:
device-allowed = Il tuo dispositivo è collegato
device-allowed-text = { $app } ora ha accesso. Torna al tuo dispositivo. Puoi chiudere questa pagina.
device-refused = Il tuo dispositivo non è stato collegato
device-refused-text = { $app } non ha accesso. Puoi chiudere questa pagina.
