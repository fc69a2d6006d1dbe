### Adresse nachweisen, Passwörter, Wechsel der Adresse.

step-check-mail = Sehen Sie in Ihre Mails
step-check-mail-text = Wir haben eine Mail an die angegebene Adresse geschickt. Der Link darin funktioniert 24 Stunden lang. Öffnen Sie ihn und melden Sie sich dann an. Wenn keine Mail ankommt, sehen Sie im Spam-Ordner nach, oder melden Sie sich an, um sie noch einmal schicken zu lassen.
step-prove-email = Bestätigen Sie Ihre E-Mail-Adresse
step-prove-email-text = Wir haben Ihnen eine Mail geschickt. Öffnen Sie den Link darin, um fortzufahren. Wenn sie nicht ankommt, sehen Sie im Spam-Ordner nach oder lassen Sie sie noch einmal schicken.
step-resend = Noch einmal schicken
step-resent = Die Mail ist noch einmal unterwegs.
step-enough-mails = Es sind schon mehrere Mails unterwegs. Versuchen Sie es in einer Stunde wieder.
step-confirm-email = Ist das Ihre Adresse?
step-confirm-email-text = Bestätigen Sie sie, um Ihr Konto fertigzustellen. Wenn Sie kein Konto angefordert haben, schließen Sie diese Seite.
step-confirm-email-button = Adresse bestätigen

login-forgot = Passwort vergessen?
forgot-title = Passwort vergessen?
forgot-text = Sagen Sie uns, wer Sie sind. Wir schicken eine Mail an die Adresse Ihres Kontos.
forgot-submit = Mail schicken
step-reset-sent-text = Wenn es so ein Konto gibt, ist eine Mail unterwegs. Der Link darin funktioniert 30 Minuten lang.
reset-title = Neues Passwort wählen
reset-ends = Dabei werden alle Geräte und Apps abgemeldet.
new-password = Neues Passwort
current-password = Aktuelles Passwort
current-password-missing = Geben Sie Ihr aktuelles Passwort ein
current-password-wrong = Das ist nicht Ihr aktuelles Passwort
change-password-title = Passwort ändern
end-others = Alle anderen Geräte und Apps abmelden
cancel = Abbrechen
step-password-set = Ihr Passwort ist gesetzt
step-password-set-text = Alle Geräte wurden abgemeldet. Melden Sie sich mit dem neuen Passwort an.
account-password-done = Ihr Passwort ist geändert.
change-email-title = E-Mail-Adresse ändern
change-email-present = Derzeitige Adresse:
change-email-new = Neue E-Mail-Adresse
change-email-hint = Wir schicken einen Link an diese Adresse. Die Adresse ändert sich, wenn Sie den Link öffnen.
change-email-same = Das ist schon Ihre Adresse
change-email-submit = Link schicken
change-email-sent = Eine Mail ist unterwegs zur neuen Adresse. Öffnen Sie den Link darin innerhalb von 24 Stunden.
step-confirm-move-text = Bestätigen Sie sie, dann verwendet Ihr Konto ab jetzt diese Adresse.
step-moved = Ihre Adresse ist geändert
step-moved-text = Ihr Konto verwendet jetzt die neue Adresse. Wir haben die bisherige benachrichtigt.
step-confirm-undo = Änderung rückgängig machen?
step-confirm-undo-text = Ihr Konto verwendet dann wieder diese Adresse, und jedes Gerät wird abgemeldet.
step-confirm-undo-button = Rückgängig machen
step-undone = Ihre Adresse gilt wieder
step-undone-text = Jedes Gerät wurde abgemeldet. Vielleicht kennt jemand Ihr Passwort; wählen Sie jetzt ein neues.

inbox-title = Posteingang
inbox-text = Mails, die diese Entwicklungsinstanz behalten hat.
inbox-empty = Noch keine Mail.
inbox-open = Link öffnen
# First start
step-operator = In der Verwaltung anmelden?
step-operator-text = Dieser Link meldet das Konto oben einmal an. Machen Sie nur weiter, wenn Sie den Link auf dem Server erzeugt oder von der Person erhalten haben, die den Server betreibt.
