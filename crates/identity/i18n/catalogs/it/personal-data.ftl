### A copy of one's data, and the end of the account.

data-title = I tuoi dati
data-prove-text = Per scaricare i tuoi dati o eliminare il tuo account, devi aver dimostrato di recente che sei tu. La conferma vale poi per 15 minuti.
data-prove = Conferma che sei tu
data-export-title = Scarica i tuoi dati
data-export-text = Tutto ciò che sappiamo di te, in un file JSON: account, profilo, foto, sessioni, app, ruoli e attività. Password e segreti non sono inclusi.
data-export-submit = Scarica
data-delete-title = Elimina il tuo account
data-delete-grace = { $days ->
    [one] Tutte le app e i dispositivi vengono disconnessi subito. Dopo un giorno, l’account scompare per sempre; fino ad allora puoi accedere e mantenerlo.
   *[other] Tutte le app e i dispositivi vengono disconnessi subito. Dopo { $days } giorni, l’account scompare per sempre; fino ad allora puoi accedere e mantenerlo.
}
data-delete-soon = Tutte le app e i dispositivi vengono disconnessi subito. Entro un giorno, l’account scompare per sempre; fino ad allora puoi accedere e mantenerlo.
data-name-label = Digita il tuo nome utente ({ $name }) per eliminare l’account
data-name-missing = Digita il tuo nome utente per eliminare l’account
data-name-other = Questo non è il tuo nome utente
data-last-administrator = Nessun altro amministra questo sito. Nomina prima un’altra persona che lo amministri.
data-last-owner = L’organizzazione { $name } non ha altri proprietari. Nomina prima un’altra persona.
data-delete-submit = Elimina il mio account
leaving-title = Il tuo account verrà eliminato il giorno { $day }
leaving-account = Account:
leaving-text = Fino ad allora nessuno può usarlo e nessuna app vi ha accesso. Se hai cambiato idea, mantienilo.
leaving-keep = Mantieni il mio account
account-kept = Il tuo account resta. Accedi di nuovo alle tue app.
