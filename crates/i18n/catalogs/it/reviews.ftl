### Access reviews: the pages of reviewers and their mail.

reviews-title = Verifiche di accesso
reviews-text = Decidi se questi ruoli servono ancora.
reviews-none = Nessuna verifica di accesso attende le tue decisioni.
reviews-open = In sospeso: { $count }
reviews-decide = Decidi
reviews-lines-text = Conferma i ruoli che servono ancora e revoca gli altri. Un ruolo revocato termina subito. Sui tuoi ruoli decidono altri revisori.
reviews-by-group = tramite il gruppo { $group }
reviews-since = assegnato
reviews-assigned-by = da { $name }
reviews-last-login = ultimo accesso
reviews-never = mai effettuato l’accesso
reviews-reason = Motivo (facoltativo, massimo 200 caratteri)
reviews-confirm = Conferma i selezionati
reviews-revoke = Revoca i selezionati
reviews-done = Le tue decisioni sono state salvate.
reviews-left = Le tue decisioni sono state salvate. Non è stato possibile rimuovere tutti i ruoli revocati: il ruolo di un gruppo termina solo con l’appartenenza al gruppo.
reviews-all-done = Hai deciso su tutti i ruoli di questa verifica.
mail-review-subject = Verifica di accesso: servono le tue decisioni
mail-review-text = Sei revisore di «{ $review }» su { $site }. Decidi entro { $moment } quali ruoli servono ancora.
mail-review-button = Apri la verifica
mail-review-otherwise = Ricevi questa email perché un amministratore ti ha nominato revisore.
