### Reports in the console: the numbers of each month.

reports-title = Berichte
reports-text = Zahlen jedes Monats (UTC). Der laufende Monat wird einmal am Tag gezählt, und abschließend nach seinem Ende.
reports-none = Der Server zählt den ersten Bericht innerhalb einer Minute.
reports-month = Monat
reports-counted = Gezählt
reports-open = Noch nicht zu Ende
reports-active-users = Angemeldete Benutzer
reports-new-users = Neue Benutzer
reports-disabled-users = Deaktivierte Benutzer
reports-deleted-users = Gelöschte Benutzer
reports-roles-assigned = Zugewiesene Rollen
reports-roles-revoked = Entzogene Rollen
reports-members-added = Zu Gruppen und Organisationen hinzugefügte Mitglieder
reports-members-removed = Aus Gruppen und Organisationen entfernte Mitglieder
reports-users = Benutzer, die nicht deaktiviert sind
reports-with-password = Mit Passwort
reports-with-passkey = Mit Passkey
reports-with-authenticator = Mit Authenticator-App
reports-with-provider = Mit Konto eines Anmeldedienstes
reports-with-second-factor = Mit zweitem Faktor
reports-apps = Anmeldungen je App
reports-no-apps = Es gab keine Anmeldungen an Apps.
reports-other-apps = Alle anderen Apps
