### App passwords: the pages of the account, and the mail.

app-password-title = App-Passwörter
app-password-text = Eine App, die die Anmeldeseite dieser Website nicht öffnen kann, fragt nach einem App-Passwort statt nach Ihrem eigenen. Erstellen Sie eines für jede App und entfernen Sie es, wenn Sie die App nicht mehr nutzen.
app-password-none = Sie haben keine App-Passwörter.
app-password-new = Neues App-Passwort
app-password-new-text = Ihr eigenes Passwort bleibt geheim: Eine App mit einem App-Passwort kann Ihr Profil und Ihre Gruppen lesen, sonst nichts.
app-password-name = Name der App
app-password-name-hint = Die App, in die Sie das Passwort eingeben.
app-password-submit = App-Passwort erstellen
app-password-too-many = Sie haben 20 App-Passwörter. Entfernen Sie eines, das Sie nicht mehr nutzen.
app-password-made = Ihr App-Passwort
app-password-made-text = Kopieren Sie es jetzt: Es wird nur dieses eine Mal angezeigt.
app-password-made-use = Geben Sie es in der App ein, mit Ihrem Benutzernamen oder diesem Namen:
app-password-made-done = Ich habe das App-Passwort gespeichert
app-password-revoke = App-Passwort entfernen
app-password-remove = Entfernen
app-password-revoke-label = App-Passwort { $name } entfernen
app-password-revoke-text = Die App kann Sie damit nicht mehr anmelden.
app-password-revoked = Das App-Passwort ist entfernt.
app-password-gone = Das App-Passwort wurde schon entfernt.
mail-app-password-subject = Neues App-Passwort
mail-app-password-text = Für Ihr Konto bei { $site } wurde ein App-Passwort erstellt, für { $app }.
mail-app-password-button = App-Passwörter ansehen
mail-app-password-otherwise = Wenn Sie das nicht waren, entfernen Sie es und ändern Sie Ihr Passwort.
