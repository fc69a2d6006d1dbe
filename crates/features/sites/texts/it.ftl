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
sites-page-id = ID
sites-page-home = Pagina iniziale
sites-page-again = Riprova
