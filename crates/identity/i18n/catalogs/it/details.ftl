### Che cosa chiede un’app nel dettaglio (RFC 9396).

details-actions = L’app può
details-datatypes = Quali dati
details-privileges = Con i diritti
details-identifier = Solo per
details-locations = Dove
details-yes = sì
details-no = no

scope-openid-why = Per riconoscerti quando torni.
scope-profile-why = Per salutarti per nome.
scope-email-why = Per poterti scrivere.
scope-phone-why = Per poterti chiamare o inviare messaggi.
scope-address-why = Per poterti spedire qualcosa.
scope-offline-why = Per continuare a funzionare quando non ci sei.
scope-groups-why = Per decidere in base ai tuoi gruppi che cosa puoi fare.
scope-roles-why = Per decidere in base ai tuoi ruoli che cosa puoi fare.
scope-read-why = Può guardare, ma non modificare nulla.
scope-write-why = Ciò che aggiunge o modifica è fatto a tuo nome.
scope-delete-why = Ciò che elimina può andare perso per sempre.
scope-all-why = Comprende anche ciò che appartiene ad altri.

mail-approve-subject = Qualcuno chiede la tua approvazione
mail-approve-text = { $app } chiede la tua approvazione su { $site }. La richiesta attende al massimo dieci minuti.
mail-approve-button = Vedi la richiesta
approve-compare = Continua solo se vedi queste parole dove tutto è iniziato:
approve-yourself = Continua solo se te lo aspetti, da qualcuno che conosci.
approve-allowed = Hai approvato
approve-allowed-text = { $app } ora prosegue. Puoi chiudere questa pagina.
approve-refused = Hai rifiutato
