### Mails about one's data and the end of the account.

mail-exported-subject = I tuoi dati sono stati scaricati
mail-exported-text = È stata scaricata una copia di tutto ciò che { $site } sa di te.
mail-leaving-subject = Il tuo account verrà eliminato
mail-leaving-text = Il tuo account su { $site } verrà eliminato in data { $moment }. Fino ad allora nessuno può usarlo. Per mantenerlo, accedi e scegli «Mantieni il mio account».
mail-leaving-button = Mantieni il mio account
mail-leaving-advice = Se non eri tu, mantieni l’account e scegli subito una nuova password.
mail-kept-subject = Il tuo account resta
mail-kept-text = Il tuo account su { $site } non verrà più eliminato. Accedi di nuovo alle tue app.
mail-deleted-subject = Il tuo account è stato eliminato
mail-deleted-text = Il tuo account su { $site } è stato eliminato, come hai chiesto, con tutto ciò che ne faceva parte. Questa è la nostra ultima email.
