### Signing in, registering, setting up, signing out.

login-title = Accedi
login-identifier = Nome utente o email
login-remember = Mantieni l’accesso su questo dispositivo
login-submit = Accedi
login-or = oppure
login-new-here = È la prima volta qui?
login-create = Crea un account
login-rejected = Il nome utente, l’email o la password non sono corretti.
login-missing-identifier = Inserisci il tuo nome utente o la tua email
login-missing-password = Inserisci la tua password
login-again = Questa app ti chiede di accedere di nuovo.
login-session-ended = La tua sessione è terminata. Accedi per continuare.
login-verify-email = Accedi per confermare il tuo indirizzo email.

register-title = Crea il tuo account
register-submit = Crea account
register-have = Hai già un account?

setup-title = Crea il primo account amministratore
setup-text = Questo account può gestire tutto qui. Potrai aggiungere altri utenti in seguito.
setup-submit = Crea account amministratore

username = Nome utente
username-hint = Lettere, cifre, punti, trattini e trattini bassi.
username-optional = Facoltativo.
username-missing = Scegli un nome utente
username-taken = Questo nome utente è già in uso. Scegline un altro.
username-invalid = Usa da 2 a 64 lettere, cifre, punti, trattini o trattini bassi. Inizia con una lettera o una cifra.
username-reserved = Questo nome utente è riservato. Scegline un altro.
email = Email
email-missing = Inserisci il tuo indirizzo email
email-taken = Esiste già un account con questa email. Accedi con quello.
email-invalid = Inserisci un indirizzo email come name@example.com
email-undeliverable = Non possiamo inviare email a questo indirizzo a causa dei caratteri prima della @. Usa un altro indirizzo.
email-verified = Verificato
email-unverified = Non verificato
password = Password
password-hint = Almeno { $min } caratteri. Alcune parole a caso vanno bene.
password-confirm = Ripeti la password
password-missing = Scegli una password
password-too-short = Usa almeno { $min } caratteri
password-too-long = Questa password è troppo lunga. Usa al massimo 256 caratteri.
password-numeric = Questa password contiene solo cifre. Aggiungi qualche parola.
password-common = Questa password è negli elenchi di password comuni. Scegline un’altra.
password-temporary = Questa è la password precedente. Scegline un’altra.
password-guessable = Questa password è facile da indovinare. Aggiungi un’altra parola o due a caso.
password-like-username = Questa password è troppo simile al tuo nome utente
password-like-email = Questa password è troppo simile al tuo indirizzo email
password-like-name = Questa password è troppo simile al tuo nome
password-like-site = Questa password è troppo simile al nome di questo sito
password-mismatch = Le due password sono diverse. Digitale di nuovo.

select-title = Scegli un account
select-current = Continua come { $name }

logout-title = Vuoi uscire?
logout-text = Puoi accedere di nuovo a { $site } in qualsiasi momento.
logout-app = { $app } chiede di farti uscire. Terminerà anche la tua sessione qui.
logout-submit = Esci
logout-stay = Resta
logged-out-title = Disconnessione eseguita
logged-out-text = Se altri usano questo dispositivo, chiudi anche il browser.
logged-out-again = Accedi di nuovo
logged-out-nobody = Non hai eseguito l’accesso
logged-out-nobody-text = In questo browser non c’è alcuna sessione da terminare.
logged-out-nobody-sign-in = Accedi
logout-problem = La richiesta di uscita dell’app non è valida; non verrai rimandato all’app:
onward-title = Continuare verso { $host }?
onward-text = { $app } ha inviato una richiesta che non può essere eseguita.
onward-go = Continua verso { $host }

form-post-title = Ritorno a { $app }
form-post-text = Se non succede nulla entro pochi secondi, premi Continua.
