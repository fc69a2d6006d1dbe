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
sites-page-id = ID
sites-page-home = Startseite
sites-page-again = Erneut versuchen
