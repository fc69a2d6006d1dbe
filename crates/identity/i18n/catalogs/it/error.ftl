### Error pages: what happened, and why.

error-expired = Questo accesso è scaduto
error-expired-text = È stato avviato troppo tempo fa. Ricomincia e arriverai dove volevi andare.
error-finished = Hai già eseguito l’accesso
error-finished-text = Questo accesso è già stato completato. Non c’è altro da fare in questa pagina.
error-browser = Questa pagina appartiene a un altro browser
error-browser-text = Un accesso deve concludersi nel browser in cui è iniziato. Verifica che i cookie siano consentiti, poi ricomincia.
error-stale = Questa pagina è troppo vecchia
error-stale-text = È rimasta aperta a lungo, oppure nel frattempo la tua sessione è cambiata. Aprila di nuovo.
error-app = Questa app non è nota qui
error-app-text = L’app che ti ha portato qui non è registrata o è stata disattivata.
error-redirect = Questa app ha inviato un indirizzo di ritorno errato
error-redirect-text = L’indirizzo a cui rimandarti non è registrato per l’app. Per la tua sicurezza, ci fermiamo qui.
error-app-request = Questa app ha inviato una richiesta che non riusciamo a leggere
error-app-request-text = Qualcosa nella richiesta dell’app manca o non è consentito.
error-used = Questo accesso è già stato usato
error-used-text = L’app può usare la sua richiesta di accesso una sola volta. Torna all’app e ricomincia.
error-request = Non siamo riusciti a leggere la richiesta
error-request-text = Qualcosa manca o non è consentito. Torna indietro e riprova.
error-forbidden = Non puoi aprire questa pagina
error-forbidden-text = Il tuo account non ha l’autorizzazione necessaria.
error-not-found = Qui non c’è nessuna pagina
error-not-found-text = L’indirizzo potrebbe essere errato o la pagina è stata spostata.
error-method = Qui non funziona
error-method-text = Questo indirizzo non si può usare in quel modo.
error-large = È troppo in una volta sola
error-large-text = Ciò che è stato inviato supera la dimensione accettata da questa pagina.
error-slow = Ci è voluto troppo tempo
error-slow-text = Non tutto ciò che è stato inviato è arrivato in tempo. Non è cambiato nulla. Controlla la connessione e invia di nuovo.
error-media = Non siamo riusciti a leggere il modulo
error-media-text = È stato inviato in un formato che questa pagina non accetta.
error-many = Troppe richieste
error-many-text = { $minutes ->
    [one] Attendi un minuto, poi riprova.
   *[other] Attendi { $minutes } minuti, poi riprova.
}
error-setup = La configurazione richiede un link
error-setup-text = Esegui “doorward admin open” sul server per ottenerne uno. Un link funziona una volta sola e per poco tempo.
error-closed = Qui non puoi creare un account
error-closed-text = Gli account li crea chi gestisce questo sito. Chiedine uno.
error-internal = Qualcosa è andato storto da parte nostra
error-internal-text = Non è andato perso nulla. Riprova; se il problema continua, inviaci i dettagli qui sotto.
error-read-only = Al momento nessuna modifica
error-read-only-text = { $minutes ->
    [one] Le modifiche saranno di nuovo possibili tra un minuto. Ora non è stato modificato nulla.
   *[other] Le modifiche saranno di nuovo possibili tra { $minutes } minuti. Ora non è stato modificato nulla.
}
error-away = Torniamo subito
error-away-text = { $minutes ->
    [one] Una parte di questo servizio non è al momento disponibile. Riprova tra un minuto.
   *[other] Una parte di questo servizio non è al momento disponibile. Riprova tra { $minutes } minuti.
}

error-tell-app = Comunica i dettagli qui sotto a chi sviluppa { $app }.
error-tell = Comunica i dettagli qui sotto a chi sviluppa l’app.
error-details = Dettagli
error-code = Codice
error-description = Motivo
error-received = Indirizzo ricevuto
error-time = Ora
error-request-id = Richiesta

next-sign-in = Ricomincia
next-account = Vai al tuo account
next-retry = Riprova
next-app = Torna all’app

error-link = Questo link non funziona più
error-link-text = È già stato usato, è troppo vecchio o ne è stato inviato uno più recente. Richiedine uno nuovo.
