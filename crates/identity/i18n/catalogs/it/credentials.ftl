### Proving an address, passwords, moving to another address.

step-check-mail = Controlla la tua posta
step-check-mail-text = Abbiamo inviato un’email all’indirizzo che hai indicato. Il link che contiene funziona per 24 ore. Aprilo, poi accedi. Se l’email non arriva, guarda nella cartella dello spam o accedi per inviarla di nuovo.
step-prove-email = Conferma il tuo indirizzo email
step-prove-email-text = Ti abbiamo inviato un’email. Apri il link che contiene per continuare. Se non arriva, guarda nella cartella dello spam o inviala di nuovo.
step-resend = Invia di nuovo
step-resent = L’email è di nuovo in arrivo.
step-enough-mails = Diverse email sono già in arrivo. Riprova tra un’ora.
step-confirm-email = È questo il tuo indirizzo?
step-confirm-email-text = Confermalo per completare il tuo account. Se non hai richiesto un account, chiudi questa pagina.
step-confirm-email-button = Conferma indirizzo

login-forgot = Password dimenticata?
forgot-title = Hai dimenticato la password?
forgot-text = Dicci chi sei. Invieremo un’email all’indirizzo del tuo account.
forgot-submit = Invia l’email
step-reset-sent-text = Se l’account esiste, un’email è in arrivo. Il link che contiene funziona per 30 minuti.
reset-title = Scegli una nuova password
reset-ends = Tutti i dispositivi e le app verranno disconnessi.
new-password = Nuova password
current-password = Password attuale
current-password-missing = Inserisci la tua password attuale
current-password-wrong = Questa non è la tua password attuale
change-password-title = Cambia la password
end-others = Disconnetti tutti gli altri dispositivi e app
cancel = Annulla
step-password-set = La tua password è impostata
step-password-set-text = Tutti i dispositivi sono stati disconnessi. Accedi con la nuova password.
account-password-done = La tua password è stata modificata.
change-email-title = Cambia il tuo indirizzo email
change-email-present = Indirizzo attuale:
change-email-new = Nuovo indirizzo email
change-email-hint = Invieremo un link a questo indirizzo. L’indirizzo cambierà quando aprirai il link.
change-email-same = Questo è già il tuo indirizzo
change-email-submit = Invia il link
change-email-sent = Un’email è in arrivo al nuovo indirizzo. Apri il link entro 24 ore.
step-confirm-move-text = Confermalo e il tuo account userà questo indirizzo da ora in poi.
step-moved = Il tuo indirizzo è stato modificato
step-moved-text = Il tuo account ora usa il nuovo indirizzo. Abbiamo avvisato quello precedente.
step-confirm-undo = Annullare la modifica?
step-confirm-undo-text = Il tuo account userà di nuovo questo indirizzo e tutti i dispositivi verranno disconnessi.
step-confirm-undo-button = Annulla la modifica
step-undone = Il tuo indirizzo è stato ripristinato
step-undone-text = Tutti i dispositivi sono stati disconnessi. Qualcuno potrebbe conoscere la tua password, quindi scegline ora una nuova.

inbox-title = Posta in arrivo
inbox-text = Email conservate da questa istanza di sviluppo.
inbox-empty = Ancora nessuna email.
inbox-open = Apri il link
# First start
step-operator = Accedere all’amministrazione?
step-operator-text = Questo link fa accedere l’account qui sopra, una sola volta. Continua solo se hai creato il link sul server o se lo hai ricevuto da chi gestisce il server.
