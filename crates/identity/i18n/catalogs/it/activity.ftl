### What happened in an account, and what to do about what was somebody else.

activity-title = Attività recenti
activity-text = Cosa è successo nel tuo account negli ultimi 90 giorni.
activity-see-all = Vedi tutte le attività
activity-filter = Mostra
activity-all = Tutte
activity-topic-sign-in = Accesso
activity-topic-security = Sicurezza
activity-topic-apps = App
activity-topic-account = Account
activity-nothing = Qui non è successo nulla.
activity-newest = Più recenti
activity-older = Precedenti
activity-not-me = Non ero io
activity-not-me-label = Non ero io: { $what }
activity-an-app = un’app

activity-login = Accesso eseguito
activity-login-failed = Accesso non riuscito: password errata
activity-login-locked = Accesso in attesa dopo troppe password errate
activity-first-step = La password era corretta; è stato chiesto il codice
activity-stepped-up = Nuovo accesso con un codice
activity-factor-failed = Un codice era errato
activity-factor-added = La verifica in due passaggi è stata attivata
activity-factor-removed = La verifica in due passaggi è stata disattivata
activity-codes-made = Sono stati creati nuovi codici di recupero
activity-code-used = È stato usato un codice di recupero
activity-logout = Disconnessione
activity-session-ended = Un altro dispositivo è stato disconnesso
activity-disowned = Hai segnalato un’attività che non era tua
activity-registered = L’account è stato creato
activity-register-known = Qualcuno ha provato a creare un account con il tuo indirizzo email
activity-user-changed = L’amministrazione ha modificato il tuo account
activity-user-changed-other = Hai modificato un altro account
activity-by-admin = dall’amministrazione
activity-consent = Hai consentito l’accesso a { $app }
activity-consent-denied = Hai negato l’accesso a { $app }
activity-consent-revoked = Hai rimosso l’accesso di { $app }
activity-access-denied = Un accesso è stato negato: non consentito
activity-api-key = È stata creata una chiave API
activity-api-key-used = Una chiave API è stata usata per la prima volta
activity-api-key-revoked = Una chiave API è stata rimossa
activity-proof-replayed = Una prova già usata da { $app } è stata presentata di nuovo e rifiutata
activity-misused = { $app } ha riutilizzato un vecchio accesso, quindi il suo accesso è terminato
activity-app-signed-out = L’accesso di { $app } è terminato
activity-app-exchanged = { $app } ha scambiato il suo accesso con uno più limitato
activity-app-asserted = { $app } ha ottenuto l’accesso sulla parola di un altro emittente
activity-app-told = La tua disconnessione è stata comunicata a { $app }
activity-app-not-told = Non è stato possibile comunicare la tua disconnessione a { $app }
activity-app-changed = Hai modificato la configurazione di un’app
activity-role-changed = I tuoi ruoli sono stati modificati
activity-role-changed-other = Hai modificato dei ruoli
activity-group-changed = Hai modificato un gruppo
activity-organization-changed = Hai modificato un’organizzazione
activity-key-changed = Hai modificato le chiavi del server
activity-system-changed = Sei intervenuto sul funzionamento del server
activity-audit-exported = Hai scaricato eventi del registro di controllo
activity-users-exported = Hai esportato l’elenco degli utenti
activity-list-exported = Hai esportato un elenco con dati di utenti
activity-email-verified = Il tuo indirizzo email è stato confermato
activity-email-requested = È stato richiesto un nuovo indirizzo email
activity-email-refused = Un nuovo indirizzo email è stato rifiutato: password errata
activity-email-changed = Il tuo indirizzo email è stato modificato
activity-email-undone = Una modifica del tuo indirizzo email è stata annullata
activity-reset-requested = È stata richiesta una nuova password
activity-reset = È stata impostata una nuova password via email
activity-password-changed = La password è stata modificata
activity-password-refused = La password non è stata modificata: password errata
activity-profile = Il profilo è stato modificato
activity-profile-field = Hai modificato un campo dei profili
activity-exported = È stata scaricata una copia dei tuoi dati
activity-deletion = L’account verrà eliminato
activity-deletion-cancelled = L’account è stato infine mantenuto
activity-deleted = L’account è stato eliminato
activity-setup = È stato creato il primo account amministratore

secure-step = Passaggio { $count } di 3
secure-title = Proteggi il tuo account
secure-text = Se qualcun altro era nel tuo account, per prima cosa disconnettilo. Qui la tua sessione resta attiva. Le tue chiavi API vengono revocate e i link ricevuti via email non valgono più; creane di nuovi quando ti servono.
secure-end-others = Esci da tutti gli altri dispositivi
secure-password-title = Scegli una nuova password
secure-password-text = Chi era nel tuo account potrebbe conoscere la tua password. Una nuova gli impedisce di rientrare.
secure-skip = Non ora
secure-review-title = Dai un’occhiata
secure-review-text = Controlla che nessun altro abbia lasciato qualcosa qui.
secure-apps = { $count ->
    [0] Nessuna app ha accesso.
    [one] Un’app ha accesso.
   *[other] { $count } app hanno accesso.
}
secure-look = Vedi
secure-done = Fine

# Days, support codes, and changes by administrators.
activity-from = Primo giorno (UTC)
activity-to = Ultimo giorno (UTC)
activity-reason = Motivo: { $reason }
activity-support-code = Hai creato un codice di assistenza
activity-support-code-used = Il tuo codice di assistenza è stato usato
activity-admin-created = L’amministrazione ha creato il tuo account
activity-admin-disabled = L’amministrazione ha disattivato il tuo account
activity-admin-enabled = L’amministrazione ha attivato il tuo account
activity-admin-unlocked = L’amministrazione ha sbloccato il tuo account
activity-admin-password = L’amministrazione ha reimpostato la tua password
activity-admin-passkey = L’amministrazione ti ha inviato un link per aggiungere una passkey
activity-admin-verified = L’amministrazione ha confermato il tuo indirizzo e-mail
activity-admin-email = L’amministrazione ha modificato il tuo indirizzo e-mail
