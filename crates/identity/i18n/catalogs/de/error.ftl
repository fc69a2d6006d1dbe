### Fehlerseiten: was geschehen ist, und warum.

error-expired = Diese Anmeldung ist abgelaufen
error-expired-text = Sie wurde vor zu langer Zeit begonnen. Beginnen Sie neu, dann gelangen Sie an Ihr Ziel.
error-finished = Sie sind schon angemeldet
error-finished-text = Diese Anmeldung wurde bereits abgeschlossen. Auf dieser Seite ist nichts mehr zu tun.
error-browser = Diese Seite gehört zu einem anderen Browser
error-browser-text = Eine Anmeldung muss in dem Browser enden, in dem sie begonnen hat. Prüfen Sie, ob Cookies erlaubt sind, und beginnen Sie neu.
error-stale = Diese Seite ist zu alt
error-stale-text = Sie war lange offen, oder Sie haben sich inzwischen an- oder abgemeldet. Öffnen Sie sie neu.
error-app = Diese App ist hier nicht bekannt
error-app-text = Die App, die Sie hierher geschickt hat, ist nicht registriert oder wurde deaktiviert.
error-redirect = Diese App hat eine falsche Rückadresse geschickt
error-redirect-text = Die Adresse, zu der Sie zurückkehren sollen, ist für die App nicht registriert. Zu Ihrer Sicherheit geht es hier nicht weiter.
error-app-request = Diese App hat eine unlesbare Anfrage geschickt
error-app-request-text = In der Anfrage der App fehlt etwas, oder etwas darin ist nicht erlaubt.
error-used = Diese Anmeldung wurde schon verwendet
error-used-text = Die App darf ihre Anmeldeanfrage nur einmal verwenden. Gehen Sie zurück zur App und beginnen Sie neu.
error-request = Diese Anfrage konnten wir nicht lesen
error-request-text = Darin fehlt etwas, oder etwas ist nicht erlaubt. Gehen Sie zurück und versuchen Sie es noch einmal.
error-forbidden = Sie dürfen diese Seite nicht öffnen
error-forbidden-text = Ihrem Konto fehlt die nötige Berechtigung.
error-not-found = Hier ist keine Seite
error-not-found-text = Vielleicht ist die Adresse vertippt, oder die Seite ist umgezogen.
error-method = Das geht hier nicht
error-method-text = Diese Adresse lässt sich so nicht verwenden.
error-large = Das ist zu viel auf einmal
error-large-text = Was gesendet wurde, ist größer, als diese Seite annimmt.
error-slow = Das hat zu lange gedauert
error-slow-text = Nicht alles, was gesendet wurde, kam rechtzeitig an. Nichts wurde geändert. Prüfen Sie die Verbindung und senden Sie es noch einmal.
error-media = Dieses Formular konnten wir nicht lesen
error-media-text = Es wurde in einem Format gesendet, das diese Seite nicht annimmt.
error-many = Zu viele Anfragen
error-many-text = { $minutes ->
    [one] Warten Sie eine Minute und versuchen Sie es dann noch einmal.
   *[other] Warten Sie { $minutes } Minuten und versuchen Sie es dann noch einmal.
}
error-setup = Die Einrichtung braucht einen Link
error-setup-text = Führen Sie auf dem Server „doorward admin open“ aus, um einen zu erhalten. Ein Link funktioniert einmal und nur für kurze Zeit.
error-closed = Hier können Sie kein Konto erstellen
error-closed-text = Die Betreiber dieser Website legen die Konten an. Bitten Sie dort um eines.
error-internal = Bei uns ist etwas schiefgegangen
error-internal-text = Es ist nichts verloren. Bitte versuchen Sie es noch einmal; wenn es so bleibt, schicken Sie uns die Angaben unten.
error-read-only = Zurzeit keine Änderungen
error-read-only-text = { $minutes ->
    [one] In einer Minute sind Änderungen wieder möglich. Jetzt wurde nichts geändert.
   *[other] In { $minutes } Minuten sind Änderungen wieder möglich. Jetzt wurde nichts geändert.
}
error-away = Wir sind gleich wieder da
error-away-text = { $minutes ->
    [one] Ein Teil dieses Dienstes ist gerade nicht erreichbar. Versuchen Sie es in einer Minute noch einmal.
   *[other] Ein Teil dieses Dienstes ist gerade nicht erreichbar. Versuchen Sie es in { $minutes } Minuten noch einmal.
}

error-tell-app = Geben Sie die Angaben unten an die Entwickler von { $app } weiter.
error-tell = Geben Sie die Angaben unten an die Entwickler der App weiter.
error-details = Einzelheiten
error-code = Code
error-description = Grund
error-received = Erhaltene Adresse
error-time = Zeit
error-request-id = Anfrage

next-sign-in = Neu beginnen
next-account = Zu Ihrem Konto
next-retry = Noch einmal versuchen
next-app = Zurück zur App

error-link = Dieser Link funktioniert nicht mehr
error-link-text = Er wurde schon benutzt, ist zu alt, oder es wurde ein neuerer geschickt. Fordern Sie einen neuen an.
