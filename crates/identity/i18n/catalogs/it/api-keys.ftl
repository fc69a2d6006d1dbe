### API keys: their list, the form for a new one, the key itself.

api-keys-title = Chiavi API
api-keys-text = Con una chiave API, un tuo programma può agire a tuo nome. Trattala come una password.
api-keys-none = Non hai chiavi API.
api-keys-active = { $count ->
    [one] { $count } attiva
   *[other] { $count } attive
}
api-keys-new = Crea una chiave API
api-keys-revoked = La chiave non funziona più.
api-keys-gone = Quella chiave non esiste più.
api-key-revoke = Revoca
api-key-revoke-label = Revoca la chiave { $name }
api-key-made = creata il giorno
api-key-ends = Valida fino al giorno
api-key-used = ultimo utilizzo
api-key-used-from = da
api-key-never-used = mai usata
api-key-only-from = Solo da
api-key-org = A nome di

new-key-title = Crea una chiave API
new-key-text = Dalle solo ciò che serve, e solo per il tempo che serve.
new-key-name = Nome
new-key-name-hint = A cosa serve? Lo vedi solo tu.
new-key-scopes = Cosa può fare?
new-key-no-scopes = Non hai ancora alcun permesso che una chiave possa usare. Rivolgiti a chi gestisce questo sito.
new-key-expires = Valida fino al
new-key-expires-hint = Una data entro un anno.
new-key-networks = Solo da questi indirizzi IP
new-key-networks-hint = Lascia vuoto per consentirli tutti. Separane più di uno con spazi: 192.0.2.7 198.51.100.0/24
new-key-submit = Crea la chiave
new-key-name-missing = Inserisci un nome
new-key-name-long = Inserisci un nome più breve
new-key-name-invalid = Inserisci un nome senza caratteri speciali
new-key-scopes-missing = Scegli cosa può fare la chiave
new-key-scopes-not-held = Tu non hai tutti questi permessi
new-key-expires-invalid = Inserisci una data, ad esempio { $date }
new-key-expires-past = Inserisci una data futura
new-key-expires-late = Inserisci una data entro un anno
new-key-network-invalid = «{ $network }» non è un indirizzo né una rete
new-key-networks-many = Inserisci meno indirizzi
new-key-too-many = Hai il numero massimo di chiavi per persona. Revocane una che non ti serve più.

key-made-title = La tua nuova chiave API
key-made-text = Copiala ora. Non verrà più mostrata.
key-made-use = Inviala in questa intestazione:
key-made-done = Ho salvato la chiave

revoke-key-title = Revocare questa chiave?
revoke-key-text = I programmi che la usano smettono di funzionare entro mezzo minuto. L’operazione non si può annullare.
revoke-key-submit = Revoca
revoke-key-cancel = Mantieni

activity-api-key-denied = Tentativo di creare una chiave API con più permessi dei tuoi
activity-api-key-used-again = Una chiave API è stata usata
activity-api-key-refused = Una chiave API è stata rifiutata
