### The pages of the console that change many users at once, and that end chosen objects.

console-bulk-action = Mit den gewählten Personen
console-bulk-choose = Wählen Sie, was geschehen soll
console-bulk-group = Zu einer Gruppe hinzufügen
console-bulk-all-count = { $count ->
    [one] Die eine passende wählen
   *[other] Alle { $count } passenden wählen
}
console-bulk-all-matching = Alle passenden wählen
console-bulk-all-page = Alle auf dieser Seite wählen
console-bulk-all-chosen = Alle passenden Personen sind gewählt, auf jeder Seite der Liste.
console-bulk-single = Einzelne Personen wählen
console-bulk-nothing = Wählen Sie mindestens eine Person
console-bulk-no-action = Wählen Sie, was mit den gewählten Personen geschehen soll
console-bulk-disable-question = Diese Konten abschalten?
console-bulk-disable-text = Die Personen können sich nicht mehr anmelden, und jeder Zugriff von Apps endet jetzt. Namen, Rollen und Gruppen bleiben. Um es rückgängig zu machen, schalten Sie die Konten wieder ein; entzogener Zugriff kommt nicht zurück.
console-bulk-enable-question = Diese Konten einschalten?
console-bulk-enable-text = Die Personen können sich wieder anmelden. Entzogener Zugriff kommt nicht zurück. Um es rückgängig zu machen, schalten Sie die Konten wieder ab.
console-bulk-end-question = Alle Sitzungen dieser Personen beenden?
console-bulk-end-text = Sie werden auf jedem Gerät abgemeldet und müssen sich neu anmelden. Die Konten bleiben, wie sie sind. Auch der Zugriff von Apps endet. Das kann nicht rückgängig gemacht werden.
console-bulk-group-question = Diese Personen zu einer Gruppe hinzufügen?
console-bulk-group-text = Sie bekommen die Rollen der Gruppe, ab der nächsten Anfrage. Andere Gruppen und Rollen bleiben. Um es rückgängig zu machen, entfernen Sie die Mitglieder aus der Gruppe.
console-bulk-verify = E-Mail-Adressen bestätigen
console-bulk-verify-question = Die E-Mail-Adressen dieser Personen bestätigen?
console-bulk-verify-text = Die Adressen gelten als bestätigt, und die Personen melden sich ohne Link in einer E-Mail an. Tun Sie das nur, wenn Sie wissen, dass die Adressen ihnen gehören. Um es rückgängig zu machen, öffnen Sie jede Person.
console-bulk-group-path = Gruppe
console-bulk-group-hint = Pfad wie /sales/north, oder ID
console-bulk-group-unknown = Geben Sie den Pfad oder die ID einer Gruppe ein
console-bulk-skips = Ihr eigenes Konto und Konten mit mehr Rechten als Ihrem werden ausgelassen.
console-bulk-later = Mehr als 50 Personen werden im Hintergrund geändert. Sie können das verfolgen und anhalten.
console-bulk-chosen = Gewählt
console-bulk-users = { $count ->
    [one] Eine Person
   *[other] { $count } Personen
}
console-bulk-many = Nicht gezählt: zu viele Konten zu prüfen
console-bulk-filter = Gefiltert nach
console-bulk-progress = Fortschritt
console-bulk-tried = { $count ->
    [one] Bisher eine Person erledigt
   *[other] Bisher { $count } Personen erledigt
}
console-bulk-done = Geändert
console-bulk-failed = Nicht geändert
console-bulk-started = Begonnen
console-bulk-ended = Beendet
console-bulk-stopped = Angehalten
console-bulk-stop = Anhalten
console-bulk-stop-question = Diese Änderung anhalten?
console-bulk-stop-text = Geänderte Personen bleiben geändert.
console-bulk-stop-done = Die Änderung wurde angehalten.
console-bulk-refresh = Aktualisieren
console-bulk-why-requested = Jemand aus der Verwaltung hat sie angehalten
console-bulk-why-deleted = Das Konto, das sie begonnen hat, wurde gelöscht
console-bulk-why-disabled = Das Konto, das sie begonnen hat, wurde abgeschaltet
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
console-chosen-sessions-text = Die Personen werden auf diesen Geräten abgemeldet und müssen sich neu anmelden. Auch der Zugriff von Apps endet. Das kann nicht rückgängig gemacht werden.
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
console-chosen-apps = Gewählte Apps ausschalten
console-chosen-apps-question = Die gewählten Apps ausschalten?
console-chosen-apps-text = Niemand kann sich bei diesen Apps anmelden, und ihr Zugriff endet. Sie können sie wieder einschalten.
console-chosen-apps-ended = { $count ->
    [one] Eine App wurde ausgeschaltet.
   *[other] { $count } Apps wurden ausgeschaltet.
}
console-chosen-apps-failed = { $count ->
    [one] Eine App wurde nicht ausgeschaltet.
   *[other] { $count } Apps wurden nicht ausgeschaltet.
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
console-chosen-accounts = Gewählte Konten ausschalten
console-chosen-accounts-ended = { $count ->
    [one] Ein Konto wurde ausgeschaltet.
   *[other] { $count } Konten wurden ausgeschaltet.
}
console-chosen-accounts-failed = { $count ->
    [one] Ein Konto wurde nicht ausgeschaltet.
   *[other] { $count } Konten wurden nicht ausgeschaltet.
}
