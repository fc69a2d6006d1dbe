### Devices and sessions.

sessions-end-others = Esci da tutti gli altri dispositivi
sessions-others-ended = Tutti gli altri dispositivi sono stati disconnessi.

ended-title = Perché la mia sessione è terminata?
ended-list-title = Sessioni terminate
ended-list-text = Dove avevi effettuato l’accesso e perché non è più attivo.
ended-none = Nessuna sessione è terminata di recente.
ended-idle = Non è stata usata per troppo tempo.
ended-expired = È durata quanto può durare una sessione.
ended-signed-out = Sei uscito da quel dispositivo.
ended-replaced = Un altro accesso l’ha sostituita nello stesso browser.
ended-password = La password è stata cambiata o reimpostata.
ended-administrator = Un amministratore l’ha terminata.
ended-owner = L’hai terminata da un altro dispositivo.
ended-factor = La verifica in due passaggi è stata modificata.
ended-reuse = Una delle sue chiavi è stata usata due volte. È stata terminata per proteggerti.
ended-too-many = L’account aveva troppe sessioni. Le più vecchie sono state terminate.
