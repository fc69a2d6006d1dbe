### The second step of a sign-in, and its set-up.

second-title = Inserisci il codice della tua app di autenticazione
second-recovery-title = Inserisci un codice di recupero
second-code = Codice
second-code-hint = Sei cifre. Cambiano ogni 30 secondi.
second-recovery-code = Codice di recupero
second-recovery-hint = Uno dei codici che hai salvato. Ognuno funziona una sola volta.
second-missing = Inserisci il codice
second-wrong = Il codice non corrisponde. I codici cambiano ogni 30 secondi.
second-clock = Il codice non corrisponde. Verifica che l’ora del tuo telefono sia giusta.
second-recovery-wrong = Il codice non corrisponde. Ogni codice di recupero funziona una sola volta.
second-locked = Troppi codici errati. Usa un codice di recupero o rivolgiti a chi gestisce questo sito.
second-use-recovery = Usa un codice di recupero
second-use-app = Usa la tua app di autenticazione

login-confirm = Accedi di nuovo per fare questa modifica. Così il tuo account resta protetto.
login-confirm-title = Conferma di essere tu

two-factor-title = Verifica in due passaggi
two-factor-text = Dopo la password, inserisci un codice di un’app sul tuo telefono.
two-factor-on = Attiva
two-factor-off = Non attiva
two-factor-since = dal giorno
two-factor-start = Configura un’app di autenticazione
two-factor-new-codes = Crea nuovi codici di recupero
two-factor-make-new = Creane di nuovi e conservali bene.
two-factor-turn-off = Disattiva la verifica in due passaggi
two-factor-end-others = Disconnetti tutti gli altri dispositivi
two-factor-left = { $count ->
    [0] Non resta nessun codice di recupero.
    [one] Resta { $count } codice di recupero.
   *[other] Restano { $count } codici di recupero.
}
two-factor-not-saved = Non hai ancora indicato di aver salvato i tuoi codici di recupero.
two-factor-required = Il tuo account richiede la verifica in due passaggi. Configurala per continuare.
two-factor-due = A partire dal giorno { $day } il tuo account richiederà la verifica in due passaggi. Configurala ora o più tardi.
two-factor-stays = Il tuo account richiede la verifica in due passaggi. Non si può disattivare.
two-factor-turned-off = La verifica in due passaggi non è attiva.
two-factor-over = Ci è voluto troppo tempo. Ricomincia.
two-factor-manage = Gestisci
two-factor-set-up = Configura

set-up-title = Configura un’app di autenticazione
set-up-scan = Scansiona questo codice con la tua app di autenticazione.
set-up-qr = Codice QR per la tua app di autenticazione
set-up-by-hand = Oppure inserisci questa chiave a mano:
set-up-code = Codice dell’app

codes-title = Salva i tuoi codici di recupero
codes-now-on = La verifica in due passaggi è attiva.
codes-text = Con uno di questi puoi accedere se non hai più il telefono. Ognuno funziona una sola volta. Non verranno più mostrati.
codes-download = Scarica
codes-print = Stampa
codes-saved = Ho salvato questi codici
