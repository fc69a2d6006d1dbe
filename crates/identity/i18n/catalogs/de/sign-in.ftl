### Anmelden, Registrieren, Einrichten, Abmelden.

login-title = Anmelden
login-identifier = Benutzername oder E-Mail-Adresse
login-remember = Auf diesem Gerät angemeldet bleiben
login-submit = Anmelden
login-or = oder
login-new-here = Neu hier?
login-create = Konto erstellen
login-rejected = Benutzername, E-Mail-Adresse oder Passwort stimmt nicht.
login-missing-identifier = Geben Sie Ihren Benutzernamen oder Ihre E-Mail-Adresse ein
login-missing-password = Geben Sie Ihr Passwort ein
login-again = Diese App bittet Sie, sich noch einmal anzumelden.
login-session-ended = Ihre Sitzung ist beendet. Melden Sie sich an, um fortzufahren.
login-verify-email = Melden Sie sich an, um Ihre E-Mail-Adresse zu bestätigen.

register-title = Konto erstellen
register-submit = Konto erstellen
register-have = Sie haben schon ein Konto?

setup-title = Erstes Administratorkonto anlegen
setup-text = Dieses Konto darf hier alles verwalten. Weitere Benutzer können Sie später hinzufügen.
setup-submit = Administrator anlegen

username = Benutzername
username-hint = Buchstaben, Ziffern, Punkte, Binde- und Unterstriche.
username-optional = Freiwillig.
username-missing = Wählen Sie einen Benutzernamen
username-taken = Dieser Benutzername ist vergeben. Wählen Sie einen anderen.
username-invalid = Verwenden Sie 2 bis 64 Buchstaben, Ziffern, Punkte, Binde- oder Unterstriche. Beginnen Sie mit einem Buchstaben oder einer Ziffer.
username-reserved = Dieser Benutzername ist reserviert. Wählen Sie einen anderen.
email = E-Mail-Adresse
email-missing = Geben Sie Ihre E-Mail-Adresse ein
email-taken = Zu dieser E-Mail-Adresse gibt es schon ein Konto. Melden Sie sich damit an.
email-invalid = Geben Sie eine E-Mail-Adresse wie name@example.com ein
email-undeliverable = An diese Adresse können wir wegen der Zeichen vor dem @ keine E-Mail senden. Verwenden Sie eine andere Adresse.
email-verified = Verifiziert
email-unverified = Nicht verifiziert
password = Passwort
password-hint = Mindestens { $min } Zeichen. Ein paar zufällige Wörter sind eine gute Wahl.
password-confirm = Passwort wiederholen
password-missing = Wählen Sie ein Passwort
password-too-short = Verwenden Sie mindestens { $min } Zeichen
password-too-long = Dieses Passwort ist zu lang. Verwenden Sie höchstens 256 Zeichen.
password-numeric = Dieses Passwort besteht nur aus Ziffern. Nehmen Sie Wörter dazu.
password-common = Dieses Passwort steht auf Listen häufiger Passwörter. Wählen Sie ein anderes.
password-temporary = Dieses Passwort ist das bisherige. Wählen Sie ein anderes.
password-guessable = Dieses Passwort ist leicht zu erraten. Nehmen Sie ein oder zwei zufällige Wörter dazu.
password-like-username = Dieses Passwort ähnelt Ihrem Benutzernamen zu sehr
password-like-email = Dieses Passwort ähnelt Ihrer E-Mail-Adresse zu sehr
password-like-name = Dieses Passwort ähnelt Ihrem Namen zu sehr
password-like-site = Dieses Passwort ähnelt dem Namen dieser Website zu sehr
password-mismatch = Die beiden Passwörter sind verschieden. Geben Sie sie noch einmal ein.

select-title = Konto wählen
select-current = Weiter als { $name }

logout-title = Abmelden?
logout-text = Sie können sich jederzeit wieder bei { $site } anmelden.
logout-app = { $app } möchte Sie abmelden. Damit endet auch Ihre Sitzung hier.
logout-submit = Abmelden
logout-stay = Angemeldet bleiben
logged-out-title = Sie sind abgemeldet
logged-out-text = Wenn auch andere dieses Gerät benutzen, schließen Sie bitte noch den Browser.
logged-out-again = Wieder anmelden
logged-out-nobody = Sie sind nicht angemeldet
logged-out-nobody-text = In diesem Browser gibt es keine Sitzung, die enden könnte.
logged-out-nobody-sign-in = Anmelden
logout-problem = Die Abmeldeanfrage der App ist ungültig; Sie werden nicht zur App zurückgeschickt:
onward-title = Weiter zu { $host }?
onward-text = { $app } hat eine Anfrage geschickt, die nicht ausgeführt werden kann.
onward-go = Weiter zu { $host }

form-post-title = Zurück zu { $app }
form-post-text = Wenn in einigen Sekunden nichts geschieht, wählen Sie „Weiter“.
