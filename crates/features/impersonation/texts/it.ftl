### Impersonation: the pages of the console, the bar, and the mail.

impersonation-title = Agire come questo utente
impersonation-text = Vedi un’app come la vede questo utente, per alcuni minuti. L’utente riceve un’e-mail con il tuo nome e il tuo motivo, e la trova in Attività. L’app non ottiene alcun accesso che l’utente non le abbia dato, e nessuna pagina dell’account si apre.
impersonation-app-hint = ID dell’app. Tutte le altre app e queste pagine ti conoscono ancora come te.
impersonation-reason-hint = Al massimo 200 caratteri. L’utente lo riceve per e-mail e lo vede nell’attività dell’account.
impersonation-start = Agisci come utente
impersonation-started = Ora agisci come questo utente. La barra in alto lo termina.
impersonation-until = Fino a
impersonation-open = Apri l’app
impersonation-go = Apri l’app e accedi: riceve l’utente, non te.
impersonation-go-yourself = Apri l’app in questo browser e accedi: riceve l’utente, non te.
impersonation-other = Stai agendo come un altro utente. Prima termina quello.
impersonation-bar = Agisci come { $name } in { $app } fino a { $moment }.
impersonation-end = Termina
mail-impersonation-subject = Un amministratore agisce per tuo conto
mail-impersonation-text = { $administrator } di { $site } può agire per tuo conto in { $app } fino a { $moment }. Motivo: { $reason }
mail-impersonation-button = Guarda la tua attività
mail-impersonation-otherwise = Se non l’hai chiesto tu, contatta { $site }.
