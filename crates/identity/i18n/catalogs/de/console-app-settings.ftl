### Settings of apps in the administration console, and the impact of a change.

console-aspect-consent = Zustimmung
console-setting-profile = Sicherheitsprofil
console-setting-serves = Ressourcen dieses Clients (Introspection erlaubt)
console-setting-format = Format der Access-Tokens
console-setting-audience = Audience der Client-Assertions
console-setting-claims = Claims im ID-Token
console-setting-pkce = PKCE
console-setting-origins = Erlaubte CORS-Origins
console-setting-dpop = DPoP-gebundene Access-Tokens
console-setting-bound = Zertifikatsgebundene Access-Tokens
console-setting-details = Typen von Authorization Details
console-setting-subject = Zertifikat: Subject-DN
console-setting-dns = Zertifikat: DNS-Name
console-setting-uri = Zertifikat: URI
console-setting-ip = Zertifikat: IP-Adresse
console-setting-email = Zertifikat: E-Mail
console-setting-par = Pushed Authorization Requests (PAR)
console-setting-signed = Signierte Request-Objekte (JAR)
console-setting-requests = URIs der Request-Objekte
console-setting-keys = Öffentliche Schlüssel (JWKS)
console-setting-keys-url = JWKS-URI
console-setting-id-alg = Signaturalgorithmus des ID-Tokens
console-setting-userinfo-alg = Signaturalgorithmus von UserInfo
console-setting-answer-alg = Signaturalgorithmus der Autorisierungsantwort
console-setting-lookup-alg = Signaturalgorithmus der Introspection
console-setting-sector = Sector Identifier
console-setting-backchannel = Back-Channel-Logout-URI
console-setting-backchannel-session = Back-Channel-Logout: Sitzungs-ID erforderlich
console-setting-frontchannel = Front-Channel-Logout-URI
console-setting-frontchannel-session = Front-Channel-Logout: Sitzungs-ID erforderlich
console-setting-ping = CIBA-Benachrichtigungs-Endpunkt
console-setting-exchange = Token-Austausch: erlaubte Audiences
console-setting-impersonation = Identitätswechsel durch Token-Austausch
console-setting-optional = Optionale Scopes
console-setting-publisher = Herausgeber
console-setting-fixed = Festgelegt durch { $rule }
console-setting-unused = Eine App dieser Art nutzt diese Einstellung nicht. Um den Wert zu entfernen, leeren Sie das Feld oder wählen Sie den Standard.
console-setting-invalid = Nicht möglich: { $reason }
console-setting-required = Das kann ersetzt, aber nicht entfernt werden
console-setting-one = Füllen Sie nur eines davon aus
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
console-impact-users = Benutzer mit Zugriff
console-impact-sessions = Ihre offenen Sitzungen
console-impact-grants = Erteilte Zugriffe insgesamt
console-impact-refresh = Davon mit Refresh-Token
console-impact-delay = Gilt überall nach
console-app-logo = Logo
console-app-logo-now = Aktuelles Logo
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
