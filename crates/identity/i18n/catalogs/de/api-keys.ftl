### API-Schlüssel: ihre Liste, das Formular für einen neuen, der Schlüssel selbst.

api-keys-title = API-Schlüssel
api-keys-text = Mit einem API-Schlüssel kann ein Programm in Ihrem Namen arbeiten. Behandeln Sie ihn wie ein Passwort.
api-keys-none = Sie haben keine API-Schlüssel.
api-keys-active = { $count } aktiv
api-keys-new = API-Schlüssel erstellen
api-keys-revoked = Der Schlüssel gilt nicht mehr.
api-keys-gone = Diesen Schlüssel gibt es nicht mehr.
api-key-revoke = Widerrufen
api-key-revoke-label = Den Schlüssel { $name } widerrufen
api-key-made = erstellt
api-key-ends = Gilt bis
api-key-used = zuletzt benutzt
api-key-used-from = von
api-key-never-used = nie benutzt
api-key-only-from = Nur von
api-key-org = Im Namen von

new-key-title = API-Schlüssel erstellen
new-key-text = Geben Sie ihm so wenig wie nötig, und nicht länger als nötig.
new-key-name = Name
new-key-name-hint = Wofür ist er? Das sehen nur Sie.
new-key-scopes = Was darf er?
new-key-no-scopes = Sie dürfen noch nichts, was ein Schlüssel könnte. Fragen Sie die Betreiber dieser Seite.
new-key-expires = Gilt bis
new-key-expires-hint = Ein Datum innerhalb eines Jahres.
new-key-networks = Nur von diesen IP-Adressen
new-key-networks-hint = Leer erlaubt alle. Trennen Sie mehrere mit Leerzeichen: 192.0.2.7 198.51.100.0/24
new-key-submit = Schlüssel erstellen
new-key-name-missing = Geben Sie einen Namen ein
new-key-name-long = Geben Sie einen kürzeren Namen ein
new-key-name-invalid = Geben Sie einen Namen ohne Sonderzeichen ein
new-key-scopes-missing = Wählen Sie, was der Schlüssel darf
new-key-scopes-not-held = Das dürfen Sie selbst nicht alles
new-key-expires-invalid = Geben Sie ein Datum ein, zum Beispiel { $date }
new-key-expires-past = Geben Sie ein Datum in der Zukunft ein
new-key-expires-late = Geben Sie ein Datum innerhalb eines Jahres ein
new-key-network-invalid = „{ $network }“ ist keine Adresse und kein Netz
new-key-networks-many = Geben Sie weniger Adressen ein
new-key-too-many = Mehr Schlüssel kann eine Person nicht haben. Widerrufen Sie einen, den Sie nicht mehr brauchen.

key-made-title = Ihr neuer API-Schlüssel
key-made-text = Kopieren Sie ihn jetzt. Er wird nicht noch einmal gezeigt.
key-made-use = Senden Sie ihn in diesem Header:
key-made-done = Ich habe den Schlüssel gespeichert

revoke-key-title = Diesen Schlüssel widerrufen?
revoke-key-text = Programme, die ihn benutzen, hören innerhalb einer halben Minute auf zu arbeiten. Das lässt sich nicht rückgängig machen.
revoke-key-submit = Widerrufen
revoke-key-cancel = Behalten

activity-api-key-denied = Ein API-Schlüssel sollte erstellt werden, der mehr kann, als Sie dürfen
activity-api-key-used-again = Ein API-Schlüssel wurde verwendet
activity-api-key-refused = Ein API-Schlüssel wurde abgewiesen
