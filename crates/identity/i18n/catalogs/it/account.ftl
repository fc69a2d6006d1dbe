### Consent and the account page.

consent-title = { $app } chiede l’accesso
consent-this-computer = Un’app su questo computer
consent-this-device = Un’app su questo dispositivo:
consent-unverified = Non verificata da { $site }. Continua solo se conosci questa app e hai avviato tu la richiesta.
consent-published = Identificata solo dal suo indirizzo:
consent-answer = Ciò che consenti viene inviato a:
consent-posing = Qualsiasi programma su questo computer potrebbe spacciarsi per questa app.
consent-wants = L’app vorrebbe
consent-until-removed = L’accesso dura finché non viene rimosso. Trovi l’app nel tuo account, in «App collegate».
consent-until = L’accesso dura fino al giorno { $date }. Puoi terminarlo prima nel tuo account, in «App collegate».
consent-publisher = di { $name }
consent-optional = Solo se lo selezioni:
consent-kept = Ciò che ha già
consent-policy = Privacy
consent-terms = Termini
consent-allow = Consenti
consent-deny = Annulla

scope-sensitive = Sensibile
scope-new = Nuovo
scope-openid = Sapere chi sei quando accedi
scope-profile = Vedere il tuo nome e il tuo nome utente
scope-email = Vedere il tuo indirizzo email
scope-phone = Vedere il tuo numero di telefono
scope-address = Vedere il tuo indirizzo postale
scope-offline = Mantenere l’accesso mentre non ci sei
scope-groups = Vedere i gruppi di cui fai parte
scope-roles = Vedere i tuoi ruoli
scope-tasks-read = Vedere le tue attività
scope-tasks-write = Creare e modificare le tue attività
scope-tasks-delete = Eliminare le tue attività
scope-tasks-read-all = Vedere le attività di tutti
scope-tasks-write-all = Modificare le attività di tutti
scope-tasks-delete-all = Eliminare le attività di tutti
scope-other = Usare «{ $scope }»

account-title = Il tuo account
account-administration = Amministrazione
account-greeting = Ciao, { $name }
account-profile = Profilo
account-roles = Ruoli
account-created = Data di iscrizione
account-password-changed = Password modificata
account-sessions = Dispositivi e sessioni
account-apps = App collegate
account-no-apps = Nessuna app ha accesso al tuo account.
account-welcome = Il tuo account è pronto.
account-session-ended = Quella sessione è stata chiusa.
account-app-removed = L’app non ha più accesso.
session-current = Questo dispositivo
session-seen = Ultimo utilizzo
session-since = accesso il giorno
session-end = Disconnetti
session-end-label = Disconnetti { $device }
app-since = Accesso dal giorno
app-until = fino al giorno
app-scopes = { $count ->
    [one] { $count } autorizzazione
   *[other] { $count } autorizzazioni
}
app-remove = Rimuovi
app-remove-label = Rimuovi l’accesso di { $app }
device-on = { $browser } su { $system }
device-unknown = Dispositivo sconosciuto

# The navigation, the sign-in methods, and the organizations.
account-sign-in = Accesso
account-sign-in-text = Come accedi e che cosa protegge il tuo account.
account-not-set = Non impostata
account-safe = Il tuo account è ben protetto.
account-one-factor = Aggiungi un secondo modo di accedere.
account-invitations = Inviti
account-invited = { $organization } ti invita a farne parte.
account-all-devices = Tutti i dispositivi
account-access = Accesso al tuo account
account-apps-text = App che possono usare il tuo account. Rimuovi quelle che non ti servono più.
orgs-text = Le organizzazioni di cui fai parte e i tuoi ruoli.
orgs-none = Non fai parte di nessuna organizzazione.
orgs-leave = Esci
orgs-leave-label = Esci da { $organization }
orgs-leave-title = Vuoi uscire da { $organization }?
orgs-leave-text = Perdi i tuoi gruppi e ruoli al suo interno e le tue chiavi API per essa smettono di funzionare. Per tornare ti serve un invito.
orgs-left = Hai lasciato l’organizzazione.
orgs-last-owner = Sei l’unico proprietario. Un altro membro deve diventare proprietario prima che tu possa uscire.

# The check-up and the support code.
check-up-title = Controllo di sicurezza
check-up-text = Guarda che cosa è successo nel tuo account negli ultimi 30 giorni, un evento dopo l’altro.
check-up-start = Controlla l’attività recente
check-up-left = { $count ->
    [one] Un evento da controllare.
   *[other] { $count } eventi da controllare.
}
check-up-yes = Sì, ero io
check-up-known = Sì, ne sono al corrente
check-up-no = No, non ero io
check-up-nothing = Non c’è niente da controllare.
support-code-title = Codice di assistenza
support-code-text = Leggi questo codice ad alta voce quando chiedi aiuto all’assistenza. Mostra il tuo account e non concede diritti.
support-code-lasts = Il codice vale una volta, entro 15 minuti.
support-code-consents = Leggi questo codice ad alta voce quando chiedi aiuto all’assistenza. Mostra il tuo account e permette di agire per tuo conto in un’app per alcuni minuti. Riceverai un’e-mail.
support-code-make = Crea un codice
support-code-again = Crea un altro codice
