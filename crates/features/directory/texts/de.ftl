### Anmeldung mit dem Passwort eines Verzeichnisses.

directory-disabled = Ihr Konto ist im Verzeichnis Ihrer Organisation deaktiviert. Wenden Sie sich an deren Administration.
directory-expired = Ihr Konto im Verzeichnis Ihrer Organisation ist abgelaufen. Wenden Sie sich an deren Administration.
directory-locked = Ihr Konto ist im Verzeichnis Ihrer Organisation gesperrt. Versuchen Sie es später erneut, oder wenden Sie sich an deren Administration.
directory-password-expired = Ihr Passwort im Verzeichnis Ihrer Organisation ist abgelaufen. Ändern Sie es dort, zum Beispiel an Ihrem Computer, und melden Sie sich erneut an.
directory-conflict = Ihr Passwort stimmt, aber hier kann kein Konto für Sie angelegt werden. Wenden Sie sich an die Administration dieses Dienstes.
