### Settings of apps in the administration console, and the impact of a change.

console-aspect-general = Über die App
console-aspect-redirects = Adressen der App
console-aspect-power = Was sie bekommen kann
console-aspect-authentication = Wie sie sich ausweist
console-aspect-protection = Was verlangt wird
console-aspect-algorithms = Form und Signaturen
console-aspect-consent = Zustimmung der Personen
console-aspect-logout = Abmeldung
console-setting-profile = Sicherheitsprofil
console-setting-serves = Dienste, die sie betreibt
console-setting-format = Form ihres Zugriffs
console-setting-audience = Empfänger, den ihre Nachweise nennen
console-setting-claims = Profildaten bei der Anmeldung
console-setting-pkce = Einmaliger Nachweis bei der Anmeldung
console-setting-origins = Seiten, deren Skripte Antworten lesen dürfen
console-setting-dpop = Der Zugriff ist an einen Schlüssel gebunden
console-setting-bound = Der Zugriff ist an das Zertifikat gebunden
console-setting-details = Arten von genauem Zugriff
console-setting-subject = Zertifikat: voller Name
console-setting-dns = Zertifikat: Rechnername
console-setting-uri = Zertifikat: Adresse
console-setting-ip = Zertifikat: IP-Adresse
console-setting-email = Zertifikat: E-Mail
console-setting-par = Anfragen werden vorab gesendet
console-setting-signed = Anfragen werden signiert
console-setting-requests = Adressen signierter Anfragen
console-setting-keys = Öffentliche Schlüssel
console-setting-keys-url = Adresse der öffentlichen Schlüssel
console-setting-id-alg = Signatur der Anmeldung
console-setting-userinfo-alg = Signatur der Profilantworten
console-setting-answer-alg = Signatur der Antworten über den Browser
console-setting-lookup-alg = Signatur der Antworten über Zugriffe
console-setting-sector = Rechner, dessen Apps die IDs der Personen teilen
console-setting-backchannel = Adresse für Hinweise auf eine Abmeldung
console-setting-backchannel-session = Diese Hinweise nennen die Sitzung
console-setting-frontchannel = Seite, die der Browser bei der Abmeldung lädt
console-setting-frontchannel-session = Diese Seite erhält die Sitzung
console-setting-exchange = Dienste, für die sie Zugriff erhalten darf
console-setting-impersonation = Darf als die Person handeln
console-setting-optional = Zugriff, den Personen weglassen können
console-setting-consent-days = Tage, bis Personen erneut gefragt werden
console-setting-publisher = Herausgeber
console-setting-fixed = Festgelegt durch { $rule }
console-setting-invalid = Nicht möglich: { $reason }
console-setting-required = Das kann ersetzt, aber nicht entfernt werden
console-setting-one = Füllen Sie nur eines davon aus
console-setting-days-invalid = Geben Sie eine Anzahl von Tagen ein
console-setting-keys-invalid = Geben Sie ein JSON-Objekt mit den Schlüsseln ein
console-choice-none = Keins
console-choice-required = Vorgeschrieben
console-choice-auto = Automatisch
console-choice-optional = Freigestellt
console-effect = Wirkung
console-effect-weaker = Weniger geschützt
console-effect-stronger = Besser geschützt
console-effect-neutral = Geändert
console-app-review = Diese Änderungen speichern?
console-app-review-text = Sie betreffen, was die App bekommen kann oder wie sie geschützt ist. Prüfen Sie sie zuerst.
console-change-again = Zurück zum Formular
console-impact-users = Personen mit Zugriff jetzt
console-impact-sessions = Ihre offenen Sitzungen
console-impact-grants = Erteilte Zugriffe insgesamt
console-impact-refresh = Davon ohne Anmeldung erneuerbar
console-impact-delay = Gilt überall nach
console-app-logo = Logo
console-app-logo-now = Jetziges Logo
console-app-logo-hint = PNG, JPEG, GIF oder WebP, höchstens 2 MB. Es wird quadratisch zugeschnitten. Die Seite, die um Zustimmung bittet, zeigt es, aber nicht bei Apps, die sich selbst registriert haben.
console-app-logo-saved = Das Logo wurde gespeichert.
console-app-logo-remove = Logo entfernen
console-app-logo-remove-question = Das Logo dieser App entfernen?
console-app-logo-remove-text = Die Seiten zeigen dann den ersten Buchstaben des Namens der App.
console-app-logo-removed = Das Logo wurde entfernt.
console-also-as = Als Befehl, Aufruf oder Datei
console-also-as-text = Zeigt, was Sie oben geändert haben, ohne es zu speichern.
console-also-as-show = Texte zeigen
console-also-command = Kommandozeile
console-also-call = Aufruf der Verwaltungs-API
console-also-file = Datei { $name }
console-impact-seconds = { $count ->
    [one] Einer Sekunde
   *[other] { $count } Sekunden
}
console-impact-minutes = { $count ->
    [one] Einer Minute
   *[other] { $count } Minuten
}
