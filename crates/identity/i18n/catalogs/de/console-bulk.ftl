### The pages of the console that change many users at once, and that end chosen objects.

console-bulk-action = Mit den gewählten Benutzern
console-bulk-choose = Wählen Sie, was geschehen soll
console-bulk-group = Zu einer Gruppe hinzufügen
console-bulk-all-count = { $count ->
    [one] Die eine passende wählen
   *[other] Alle { $count } passenden wählen
}
console-bulk-all-matching = Alle passenden wählen
console-bulk-all-page = Alle auf dieser Seite wählen
console-bulk-all-chosen = Alle passenden Benutzer sind gewählt, auf jeder Seite der Liste.
console-bulk-single = Einzelne Benutzer wählen
console-bulk-nothing = Wählen Sie mindestens einen Benutzer
console-bulk-no-action = Wählen Sie, was mit den gewählten Benutzern geschehen soll
console-bulk-disable-question = Diese Konten deaktivieren?
console-bulk-disable-text = Die Benutzer können sich nicht mehr anmelden, und jeder Zugriff von Apps endet jetzt. Namen, Rollen und Gruppen bleiben. Um es rückgängig zu machen, aktivieren Sie die Konten wieder; entzogener Zugriff kommt nicht zurück.
console-bulk-enable-question = Diese Konten aktivieren?
console-bulk-enable-text = Die Benutzer können sich wieder anmelden. Entzogener Zugriff kommt nicht zurück. Um es rückgängig zu machen, deaktivieren Sie die Konten wieder.
console-bulk-end-question = Alle Sitzungen dieser Benutzer beenden?
console-bulk-end-text = Sie werden auf jedem Gerät abgemeldet und müssen sich neu anmelden. Die Konten bleiben, wie sie sind. Auch der Zugriff von Apps endet. Das kann nicht rückgängig gemacht werden.
console-bulk-group-question = Diese Benutzer zu einer Gruppe hinzufügen?
console-bulk-group-text = Sie bekommen die Rollen der Gruppe, ab der nächsten Anfrage. Andere Gruppen und Rollen bleiben. Um es rückgängig zu machen, entfernen Sie die Mitglieder aus der Gruppe.
console-bulk-verify = E-Mails als verifiziert markieren
console-bulk-verify-question = Die E-Mails dieser Benutzer als verifiziert markieren?
console-bulk-verify-text = Die Adressen gelten als verifiziert, und die Benutzer melden sich ohne Link in einer E-Mail an. Tun Sie das nur, wenn Sie wissen, dass die Adressen ihnen gehören. Um es rückgängig zu machen, öffnen Sie jeden Benutzer.
console-bulk-domain = Domain der E-Mails ändern
console-bulk-domain-question = Die Domain der E-Mails dieser Benutzer ändern?
console-bulk-domain-text = E-Mails in der alten Domain wechseln in die neue und bleiben so verifiziert, wie sie sind. Eine E-Mail, die ein anderes Konto hat, wird ausgelassen und aufgeführt. Um es rückgängig zu machen, ändern Sie die Domain zurück.
console-bulk-domain-from = Alte Domain
console-bulk-domain-to = Neue Domain
console-bulk-domain-invalid = Geben Sie eine andere Domain ein, etwa example.org
console-bulk-mail = Nachricht an die bisherige E-Mail senden
console-bulk-password = Neues Passwort verlangen
console-bulk-password-question = Von diesen Benutzern ein neues Passwort verlangen?
console-bulk-password-text = Mit ihren Passwörtern kann man sich nicht mehr anmelden. Jeder Benutzer setzt über einen Link in einer E-Mail ein anderes, nicht das bisherige. Sitzungen, API-Schlüssel und der Zugriff von Apps enden, wenn Sie sie nicht behalten. Benutzer ohne Passwort bleiben, wie sie sind. Das kann nicht rückgängig gemacht werden.
console-bulk-keep = Sitzungen, API-Schlüssel und den Zugriff von Apps behalten
console-bulk-password-mail = Jedem Benutzer eine E-Mail senden
console-bulk-group-path = Gruppe
console-bulk-group-hint = Pfad wie /sales/north, oder ID
console-bulk-group-unknown = Geben Sie den Pfad oder die ID einer Gruppe ein
console-bulk-skips = Ihr eigenes Konto und Konten mit mehr Rechten als Ihrem werden ausgelassen.
console-bulk-later = Mehr als 50 Benutzer werden im Hintergrund geändert. Sie können das verfolgen und anhalten.
console-bulk-chosen = Gewählt
console-bulk-users = { $count ->
    [one] Ein Benutzer
   *[other] { $count } Benutzer
}
console-bulk-many = Nicht gezählt: zu viele Konten zu prüfen
console-bulk-filter = Gefiltert nach
console-bulk-progress = Fortschritt
console-bulk-tried = { $count ->
    [one] Bisher ein Benutzer erledigt
   *[other] Bisher { $count } Benutzer erledigt
}
console-bulk-done = Geändert
console-bulk-failed = Nicht geändert
console-bulk-started = Begonnen
console-bulk-ended = Beendet
console-bulk-stopped = Angehalten
console-bulk-stop = Anhalten
console-bulk-stop-question = Diese Änderung anhalten?
console-bulk-stop-text = Geänderte Benutzer bleiben geändert.
console-bulk-stop-done = Die Änderung wurde angehalten.
console-bulk-refresh = Aktualisieren
console-bulk-why-requested = Jemand aus der Verwaltung hat sie angehalten
console-bulk-why-deleted = Das Konto, das sie begonnen hat, wurde gelöscht
console-bulk-why-disabled = Das Konto, das sie begonnen hat, wurde deaktiviert
console-bulk-why-permission = Die Berechtigung dafür fehlt
console-bulk-why-interrupted = Der Befehl auf der Kommandozeile wurde unterbrochen
console-bulk-not-found = Dieses Konto gibt es nicht
console-bulk-error = Es ist auf diesem Server fehlgeschlagen. Versuchen Sie es noch einmal.
console-chosen-nothing = Wählen Sie mindestens einen Eintrag
console-chosen-failed = Nicht ausgeführt
console-chosen-gone = Das gibt es nicht mehr, oder Sie können es nicht sehen.
console-chosen-used = Das wurde inzwischen benutzt.
console-chosen-sessions = Gewählte Sitzungen beenden
console-chosen-sessions-question = Die gewählten Sitzungen beenden?
console-chosen-sessions-text = Die Benutzer werden auf diesen Geräten abgemeldet und müssen sich neu anmelden. Auch der Zugriff von Apps endet. Das kann nicht rückgängig gemacht werden.
console-chosen-sessions-ended = { $count ->
    [one] Eine Sitzung wurde beendet.
   *[other] { $count } Sitzungen wurden beendet.
}
console-chosen-sessions-failed = { $count ->
    [one] Eine Sitzung wurde nicht beendet.
   *[other] { $count } Sitzungen wurden nicht beendet.
}
console-chosen-roles = Gewählte Rollen entfernen
console-chosen-roles-question = Die gewählten Rollen entfernen?
console-chosen-roles-text = Was die Rollen erlauben, ist ab der nächsten Anfrage nicht mehr erlaubt. Um es rückgängig zu machen, öffnen Sie die Ereignisse im Protokoll.
console-chosen-roles-removed = { $count ->
    [one] Eine Rolle wurde entfernt.
   *[other] { $count } Rollen wurden entfernt.
}
console-chosen-roles-failed = { $count ->
    [one] Eine Rolle wurde nicht entfernt.
   *[other] { $count } Rollen wurden nicht entfernt.
}
console-chosen-apps = Gewählte Apps deaktivieren
console-chosen-apps-question = Die gewählten Apps deaktivieren?
console-chosen-apps-text = Benutzer können sich nicht mehr bei diesen Apps anmelden, und ihr Zugriff endet. Sie können sie wieder aktivieren.
console-chosen-apps-ended = { $count ->
    [one] Eine App wurde deaktiviert.
   *[other] { $count } Apps wurden deaktiviert.
}
console-chosen-apps-failed = { $count ->
    [one] Eine App wurde nicht deaktiviert.
   *[other] { $count } Apps wurden nicht deaktiviert.
}
console-chosen-keys = Gewählte Schlüssel widerrufen
console-chosen-keys-question = Die gewählten Schlüssel widerrufen?
console-chosen-keys-text = Programme, die sie benutzen, hören innerhalb einer halben Minute auf zu arbeiten. Das lässt sich nicht rückgängig machen.
console-chosen-keys-ended = { $count ->
    [one] Ein Schlüssel wurde widerrufen.
   *[other] { $count } Schlüssel wurden widerrufen.
}
console-chosen-keys-failed = { $count ->
    [one] Ein Schlüssel wurde nicht widerrufen.
   *[other] { $count } Schlüssel wurden nicht widerrufen.
}
console-chosen-accounts = Gewählte Konten deaktivieren
console-chosen-accounts-ended = { $count ->
    [one] Ein Konto wurde deaktiviert.
   *[other] { $count } Konten wurden deaktiviert.
}
console-chosen-accounts-failed = { $count ->
    [one] Ein Konto wurde nicht deaktiviert.
   *[other] { $count } Konten wurden nicht deaktiviert.
}
