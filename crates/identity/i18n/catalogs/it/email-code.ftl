# Signing in with a mailed code.

email-code-button = Inviami un codice via email
email-code-title = Accedi con un codice
email-code-text = Inviamo un codice all’indirizzo del tuo account.
email-code-send = Invia il codice
email-code-enter = Inserisci il codice ricevuto via email
email-code-sent = Se l’account ha un indirizzo confermato, un’email è in arrivo. Tieni aperta questa pagina.
email-code-hint = Otto cifre. Funzionano una sola volta, per 10 minuti.
email-code-wrong = Il codice non corrisponde. Solo l’email più recente contiene quello giusto.
email-code-again = Invia un altro codice
email-code-other = Accedi in un altro modo
email-code-title-link = Vuoi accedere qui?
email-code-text-link = Continua solo se hai chiesto tu questa email.
mail-code-subject = { $code } è il tuo codice per { $site }
mail-code-text = Inserisci il codice { $code } per accedere a { $site }.
mail-code-button = Accedi
mail-code-expires = Il codice e il link funzionano una sola volta, entro 10 minuti, nel browser che li ha chiesti.
mail-code-otherwise = Se non eri tu, puoi ignorare questa email. Non dire il codice a nessuno.
activity-email-code = È stato richiesto via email un codice di accesso
