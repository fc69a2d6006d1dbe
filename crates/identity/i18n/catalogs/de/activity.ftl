### Was in einem Konto geschehen ist, und was zu tun ist, wenn es jemand anderes war.

activity-title = Letzte Aktivitäten
activity-text = Was in den letzten 90 Tagen in Ihrem Konto geschehen ist.
activity-see-all = Alle Aktivitäten ansehen
activity-filter = Anzeigen
activity-all = Alle
activity-topic-sign-in = Anmeldung
activity-topic-security = Sicherheit
activity-topic-apps = Apps
activity-topic-account = Konto
activity-nothing = Hier ist nichts geschehen.
activity-newest = Neueste
activity-older = Ältere
activity-not-me = Das war ich nicht
activity-not-me-label = Das war ich nicht: { $what }
activity-an-app = eine App

activity-login = Angemeldet
activity-login-failed = Eine Anmeldung schlug fehl: falsches Passwort
activity-login-locked = Die Anmeldung muss nach zu vielen falschen Passwörtern warten
activity-first-step = Das Passwort stimmte; nach dem Code wurde gefragt
activity-stepped-up = Noch einmal mit einem Code angemeldet
activity-factor-failed = Ein Code war falsch
activity-factor-added = Die Anmeldung in zwei Schritten wurde eingeschaltet
activity-factor-removed = Die Anmeldung in zwei Schritten wurde ausgeschaltet
activity-codes-made = Neue Wiederherstellungscodes wurden erstellt
activity-code-used = Ein Wiederherstellungscode wurde verwendet
activity-logout = Abgemeldet
activity-session-ended = Ein anderes Gerät wurde abgemeldet
activity-disowned = Sie haben gemeldet, dass etwas nicht von Ihnen war
activity-registered = Das Konto wurde angelegt
activity-register-known = Jemand wollte ein Konto mit Ihrer E-Mail-Adresse anlegen
activity-user-changed = Ihr Konto wurde von der Verwaltung geändert
activity-user-changed-other = Sie haben ein anderes Konto geändert
activity-by-admin = durch die Verwaltung
activity-consent = Sie haben { $app } Zugriff erlaubt
activity-consent-denied = Sie haben { $app } den Zugriff verweigert
activity-consent-revoked = Sie haben { $app } den Zugriff entzogen
activity-access-denied = Ein Zugriff wurde verweigert: nicht erlaubt
activity-api-key = Ein API-Schlüssel wurde erstellt
activity-api-key-used = Ein API-Schlüssel wurde zum ersten Mal verwendet
activity-api-key-revoked = Ein API-Schlüssel wurde entfernt
activity-proof-replayed = Ein Nachweis, den { $app } schon verwendet hatte, kam noch einmal und wurde abgelehnt
activity-misused = { $app } hat eine alte Anmeldung noch einmal verwendet; der Zugriff wurde beendet
activity-app-signed-out = Der Zugriff von { $app } wurde beendet
activity-app-exchanged = { $app } hat den Zugriff gegen einen engeren getauscht
activity-app-asserted = { $app } erhielt Zugriff auf das Wort eines anderen Ausstellers
activity-app-told = { $app } wurde gesagt, dass Sie sich abgemeldet haben
activity-app-not-told = { $app } konnte nicht gesagt werden, dass Sie sich abgemeldet haben
activity-app-changed = Sie haben die Einrichtung einer App geändert
activity-role-changed = Ihre Rollen wurden geändert
activity-role-changed-other = Sie haben Rollen geändert
activity-group-changed = Sie haben eine Gruppe geändert
activity-organization-changed = Sie haben eine Organisation geändert
activity-key-changed = Sie haben die Schlüssel des Servers geändert
activity-system-changed = Sie haben in den Betrieb des Servers eingegriffen
activity-audit-exported = Sie haben Ereignisse des Audit-Protokolls heruntergeladen
activity-users-exported = Sie haben die Liste der Benutzer exportiert
activity-list-exported = Sie haben eine Liste mit Daten von Benutzern exportiert
activity-email-verified = Ihre E-Mail-Adresse wurde bestätigt
activity-email-requested = Eine neue E-Mail-Adresse wurde angefordert
activity-email-refused = Eine neue E-Mail-Adresse wurde abgelehnt: falsches Passwort
activity-email-changed = Ihre E-Mail-Adresse wurde geändert
activity-email-undone = Eine Änderung Ihrer E-Mail-Adresse wurde rückgängig gemacht
activity-reset-requested = Ein neues Passwort wurde angefordert
activity-reset = Ein neues Passwort wurde per Mail gesetzt
activity-password-changed = Das Passwort wurde geändert
activity-password-refused = Das Passwort wurde nicht geändert: falsches Passwort
activity-profile = Das Profil wurde geändert
activity-profile-field = Sie haben ein Feld der Profile geändert
activity-exported = Eine Kopie Ihrer Daten wurde abgerufen
activity-deletion = Das Konto soll gelöscht werden
activity-deletion-cancelled = Das Konto wird doch behalten
activity-deleted = Das Konto wurde gelöscht
activity-setup = Die erste Verwaltung wurde eingerichtet

secure-step = Schritt { $count } von 3
secure-title = Konto sichern
secure-text = Wenn jemand anderes in Ihrem Konto war, melden Sie ihn zuerst ab. Hier bleiben Sie angemeldet. Ihre API-Schlüssel werden widerrufen, und gemailte Links gelten nicht mehr; erstellen Sie bei Bedarf neue.
secure-end-others = Überall sonst abmelden
secure-password-title = Neues Passwort wählen
secure-password-text = Wer in Ihrem Konto war, kennt vielleicht Ihr Passwort. Mit einem neuen bleibt er draußen.
secure-skip = Jetzt nicht
secure-review-title = Sehen Sie sich um
secure-review-text = Prüfen Sie, ob hier jemand etwas hinterlassen hat.
secure-apps = { $count ->
    [0] Keine App hat Zugriff.
    [one] Eine App hat Zugriff.
   *[other] { $count } Apps haben Zugriff.
}
secure-look = Ansehen
secure-done = Fertig

# Days, support codes, and changes by administrators.
activity-from = Erster Tag (UTC)
activity-to = Letzter Tag (UTC)
activity-reason = Grund: { $reason }
activity-support-code = Sie haben einen Support-Code erstellt
activity-support-code-used = Ihr Support-Code wurde verwendet
activity-admin-created = Ihr Konto wurde von der Verwaltung angelegt
activity-admin-disabled = Ihr Konto wurde von der Verwaltung gesperrt
activity-admin-enabled = Ihr Konto wurde von der Verwaltung freigegeben
activity-admin-unlocked = Die Verwaltung hat die Wartezeit Ihres Kontos beendet
activity-admin-password = Ihr Passwort wurde von der Verwaltung zurückgesetzt
activity-admin-passkey = Die Verwaltung hat Ihnen einen Link für einen Passkey gesendet
activity-admin-verified = Ihre E-Mail-Adresse wurde von der Verwaltung bestätigt
activity-admin-email = Ihre E-Mail-Adresse wurde von der Verwaltung geändert
