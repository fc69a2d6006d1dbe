### Sites behind a proxy.

sites-page-denied = Non puoi aprire questa pagina
sites-page-denied-text = Hai effettuato l’accesso, ma non hai l’autorizzazione. Se ti serve, comunica l’ID al tuo amministratore.
sites-page-weak = È necessario un accesso più sicuro
sites-page-weak-text = Questa pagina richiede un accesso recente, un secondo fattore o una passkey, che il tuo accesso non aveva.
sites-page-failed = L’accesso non è terminato
sites-page-failed-text = Ha richiesto troppo tempo, è iniziato in un altro browser o è stato annullato.
sites-page-signed-out = Qui sei uscito
sites-page-signed-out-text = Potresti essere ancora connesso ad altre applicazioni.
sites-page-unknown = Qui non c’è nulla
sites-page-unknown-text = Nessuna applicazione è configurata per questo indirizzo.
sites-page-unavailable = Al momento non è possibile verificare il tuo accesso
sites-page-unavailable-text = Riprova tra un minuto.
sites-page-home = Pagina iniziale
sites-page-again = Riprova

### Console pages of sites behind a proxy.

sites-title = Siti dietro un proxy
sites-text = Un sito è un’applicazione che non può far accedere gli utenti da sola. Un proxy davanti a essa chiede a questo server per ogni richiesta, e decide la prima regola che corrisponde.
sites-none = Non c’è alcun sito. Aggiungine uno per proteggere un’applicazione web senza OpenID Connect.
sites-new = Nuovo sito
sites-created = Il sito è stato creato.
sites-edit = Modifica sito
sites-changed = Il sito è stato modificato.
sites-hosts = Nomi host
sites-hosts-hint = Uno per riga, per esempio wiki.example.com. In *.example.com l’asterisco sostituisce una parte del nome.
sites-rules = Regole
sites-rules-hint = Una per riga; decide la prima che corrisponde. Esempi: /public/* anyone · /admin/* role=editor second-factor · /* user
sites-rule = Regola
sites-number = Numero
sites-no-rules = Senza una regola ogni richiesta è negata.
sites-organization-hint = Per i suoi membri contano anche i ruoli, i gruppi e i permessi di questa organizzazione.
sites-headers = Nomi delle intestazioni
sites-headers-hint = Una per riga, per esempio user = X-WEBAUTH-USER: ciò che l’applicazione riceve e il nome che legge. Ci sono user, groups, email, name e token, un JWT di un minuto che può verificare. Ciò che non ha una riga è omesso.
sites-raw = Valori delle intestazioni in UTF-8
sites-raw-hint = Altrimenti tutti i caratteri tranne quelli semplici sono codificati con il segno di percentuale.
sites-delete = Elimina sito
sites-delete-question = Eliminare il sito?
sites-delete-text = Tutte le richieste ai suoi host sono negate.
sites-deleted = Il sito è stato eliminato.
sites-check = Controlla una richiesta
sites-check-text = Mostra che cosa succede a una richiesta e per quale regola. Nessuna richiesta viene inviata.
sites-url = Indirizzo
sites-url-hint = Per esempio https://wiki.example.com/admin
sites-user-hint = Vuoto: un visitatore che non ha effettuato l’accesso
sites-method = Metodo
sites-factor = Accesso effettuato con
sites-second-factor = Secondo fattore
sites-allow = Consentita
sites-sign-in = Deve accedere
sites-asks-factor = Deve dimostrare un secondo fattore
sites-asks-passkey = Deve usare una passkey
sites-deny = Negata
sites-reason-no-rule = Nessuna regola corrisponde.
sites-reason-ambiguous = Con altre maiuscole, o con o senza barra finale, corrisponderebbe un’altra regola.
sites-reason-rule = La regola nega a tutti.
sites-reason-credential = La regola non accetta token di accesso o chiavi API.
sites-reason-not-allowed = L’utente non ha nessuno dei ruoli, gruppi e permessi della regola.
sites-proxy-config = Configurazione del proxy
sites-proxy-config-text = Per un’applicazione su http://127.0.0.1:8080; il comando doorward site proxy-config ha opzioni per altri indirizzi.
