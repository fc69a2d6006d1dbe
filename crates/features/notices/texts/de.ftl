### The notice on all pages, and read-only mode, in the console.

notices-title = Hinweis und Nur-Lesen-Modus
notices-text = Ein Hinweis steht in seinem Zeitraum auf jeder Seite. Im Nur-Lesen-Modus lehnt der Server für einen Zeitraum Änderungen an Konten, Einwilligungen und Einstellungen ab; Anmeldungen, Sitzungen und Apps gehen weiter.
notices-notice = Hinweis
notices-none = Es gibt keinen Hinweis.
notices-text-invalid = Geben Sie 1 bis 300 Zeichen in einer Zeile ein
notices-languages = Andere Sprachen
notices-languages-hint = Eine je Zeile, zum Beispiel: en = Maintenance on Saturday
notices-languages-invalid = Eine Zeile je Sprache, zum Beispiel: en = Maintenance on Saturday
notices-from = Von
notices-until = Bis
notices-until-invalid = Geben Sie eine Zeit nach dem Beginn ein; der Nur-Lesen-Modus dauert höchstens 7 Tage
notices-announced = Angekündigt
notices-set = Hinweis setzen
notices-set-done = Der Hinweis ist gesetzt.
notices-remove = Hinweis entfernen
notices-remove-question = Den Hinweis entfernen?
notices-remove-text = Keine Seite zeigt ihn mehr.
notices-removed = Der Hinweis ist entfernt.
notices-read-only = Nur-Lesen-Modus
notices-read-only-active = Änderungen werden abgelehnt
notices-writable = Änderungen sind möglich
notices-read-only-set = Nur-Lesen-Modus setzen
notices-read-only-set-done = Der Nur-Lesen-Modus ist gesetzt.
notices-read-only-until-hint = Höchstens 7 Tage nach dem Beginn. Dann endet der Modus ohne weiteres Zutun.
notices-read-only-end = Nur-Lesen-Modus beenden
notices-read-only-end-question = Den Nur-Lesen-Modus beenden?
notices-read-only-end-text = Änderungen sind wieder möglich: hier sofort, auf anderen Servern in wenigen Sekunden.
notices-read-only-ended = Der Nur-Lesen-Modus ist beendet.
