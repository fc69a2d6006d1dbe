### Sites behind a proxy.

sites-page-denied = Sie dürfen diese Seite nicht öffnen
sites-page-denied-text = Sie sind angemeldet, haben aber keinen Zugriff. Nennen Sie Ihrer Administration die ID unten, wenn Sie ihn brauchen.
sites-page-weak = Eine stärkere Anmeldung ist nötig
sites-page-weak-text = Diese Seite verlangt eine neue Anmeldung, einen zweiten Faktor oder einen Passkey. Ihre Anmeldung hatte das nicht.
sites-page-failed = Die Anmeldung wurde nicht abgeschlossen
sites-page-failed-text = Sie hat zu lange gedauert, begann in einem anderen Browser oder wurde abgebrochen.
sites-page-signed-out = Sie sind hier abgemeldet
sites-page-signed-out-text = Bei anderen Anwendungen sind Sie vielleicht noch angemeldet.
sites-page-unknown = Hier ist nichts
sites-page-unknown-text = Für diese Adresse ist keine Anwendung eingerichtet.
sites-page-unavailable = Ihr Zugriff kann gerade nicht geprüft werden
sites-page-unavailable-text = Versuchen Sie es in einer Minute noch einmal.
sites-page-home = Startseite
sites-page-again = Erneut versuchen

### Console pages of sites behind a proxy.

sites-title = Websites hinter einem Proxy
sites-text = Eine Website ist eine Anwendung, die Benutzer nicht selbst anmelden kann. Ein Proxy davor fragt diesen Server bei jeder Anfrage, und die erste passende Regel entscheidet.
sites-none = Es gibt keine Website. Fügen Sie eine hinzu, um eine Webanwendung ohne OpenID Connect zu schützen.
sites-new = Neue Website
sites-created = Die Website ist angelegt.
sites-edit = Website ändern
sites-changed = Die Website ist geändert.
sites-hosts = Hostnamen
sites-hosts-hint = Einer je Zeile, zum Beispiel wiki.example.com. In *.example.com ersetzt der Stern einen Teil des Namens.
sites-rules = Regeln
sites-rules-hint = Eine je Zeile; die erste passende entscheidet. Beispiele: /public/* anyone · /admin/* role=editor second-factor · /* user
sites-rule = Regel
sites-number = Nummer
sites-no-rules = Ohne Regel wird jede Anfrage abgelehnt.
sites-organization-hint = Für ihre Mitglieder zählen auch die Rollen, Gruppen und Berechtigungen dieser Organisation.
sites-headers = Namen der Header
sites-headers-hint = Einer je Zeile, zum Beispiel user = X-WEBAUTH-USER: was die Anwendung bekommt, und der Name, den sie liest. Es gibt user, groups, email, name und token, ein JWT für eine Minute, das sie prüfen kann. Was keine Zeile hat, entfällt.
sites-raw = Headerwerte in UTF-8
sites-raw-hint = Sonst werden alle Zeichen außer einfachen mit Prozentzeichen kodiert.
sites-delete = Website löschen
sites-delete-question = Website löschen?
sites-delete-text = Alle Anfragen an ihre Hosts werden abgelehnt.
sites-deleted = Die Website ist gelöscht.
sites-check = Anfrage prüfen
sites-check-text = Zeigt, was mit einer Anfrage geschieht, und nach welcher Regel. Es wird keine Anfrage gesendet.
sites-url = Adresse
sites-url-hint = Zum Beispiel https://wiki.example.com/admin
sites-user-hint = Leer: ein Besucher, der nicht angemeldet ist
sites-method = Methode
sites-factor = Angemeldet mit
sites-second-factor = Zweiter Faktor
sites-allow = Erlaubt
sites-sign-in = Muss sich anmelden
sites-asks-factor = Muss einen zweiten Faktor nachweisen
sites-asks-passkey = Muss einen Passkey verwenden
sites-deny = Abgelehnt
sites-reason-no-rule = Keine Regel passt.
sites-reason-ambiguous = In anderer Groß- oder Kleinschreibung, oder mit oder ohne Schrägstrich am Ende, würde eine andere Regel passen.
sites-reason-rule = Die Regel lehnt alle ab.
sites-reason-credential = Die Regel akzeptiert keine Access-Tokens oder API-Schlüssel.
sites-reason-not-allowed = Der Benutzer hat keine der Rollen, Gruppen und Berechtigungen der Regel.
sites-proxy-config = Konfiguration des Proxys
sites-proxy-config-text = Für eine Anwendung unter http://127.0.0.1:8080; der Befehl doorward site proxy-config hat Optionen für andere Adressen.
