### Access reviews: the pages of reviewers and their mail.

reviews-title = Zugriffsüberprüfungen
reviews-text = Entscheiden Sie, ob diese Rollen noch benötigt werden.
reviews-none = Keine Zugriffsüberprüfung wartet auf Ihre Entscheidungen.
reviews-open = Offen: { $count }
reviews-decide = Entscheiden
reviews-lines-text = Bestätigen Sie die Rollen, die noch benötigt werden, und entziehen Sie die anderen. Eine entzogene Rolle endet sofort. Über Ihre eigenen Rollen entscheiden andere Prüfer.
reviews-by-group = über die Gruppe { $group }
reviews-since = zugewiesen
reviews-assigned-by = von { $name }
reviews-last-login = letzte Anmeldung
reviews-never = nie angemeldet
reviews-reason = Grund (freiwillig, höchstens 200 Zeichen)
reviews-confirm = Ausgewählte bestätigen
reviews-revoke = Ausgewählte entziehen
reviews-done = Ihre Entscheidungen sind gespeichert.
reviews-left = Ihre Entscheidungen sind gespeichert. Nicht jede entzogene Rolle konnte entfernt werden: Die Rolle einer Gruppe endet erst mit der Mitgliedschaft.
reviews-all-done = Sie haben über jede Rolle dieser Überprüfung entschieden.
mail-review-subject = Zugriffsüberprüfung: Ihre Entscheidungen werden benötigt
mail-review-text = Sie sind Prüfer von „{ $review }“ bei { $site }. Entscheiden Sie bis { $moment }, welche Rollen noch benötigt werden.
mail-review-button = Überprüfung öffnen
mail-review-otherwise = Sie erhalten diese Mail, weil Sie in der Administration als Prüfer benannt wurden.
