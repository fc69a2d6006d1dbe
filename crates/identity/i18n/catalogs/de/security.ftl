### The second step of a sign-in, and its set-up.

second-title = Geben Sie den Code aus Ihrer Authenticator-App ein
second-recovery-title = Geben Sie einen Wiederherstellungscode ein
second-code = Code
second-code-hint = Sechs Ziffern. Sie ändern sich alle 30 Sekunden.
second-recovery-code = Wiederherstellungscode
second-recovery-hint = Einer der Codes, die Sie aufbewahrt haben. Jeder gilt einmal.
second-missing = Geben Sie den Code ein
second-wrong = Dieser Code passt nicht. Codes ändern sich alle 30 Sekunden.
second-clock = Dieser Code passt nicht. Prüfen Sie, ob die Uhr Ihres Telefons richtig geht.
second-recovery-wrong = Dieser Code passt nicht. Jeder Wiederherstellungscode gilt einmal.
second-locked = Zu viele falsche Codes. Nehmen Sie einen Wiederherstellungscode, oder fragen Sie die Betreiber dieser Seite.
second-use-recovery = Wiederherstellungscode verwenden
second-use-app = Authenticator-App verwenden

login-confirm = Melden Sie sich für diese Änderung noch einmal an. Das schützt Ihr Konto vor anderen.
login-confirm-title = Bestätigen Sie, dass Sie es sind

two-factor-title = Anmeldung in zwei Schritten
two-factor-text = Nach dem Passwort geben Sie einen Code aus einer App auf Ihrem Telefon ein.
two-factor-on = An
two-factor-off = Aus
two-factor-since = seit
two-factor-start = Authenticator‑App einrichten
two-factor-new-codes = Neue Wiederherstellungscodes erzeugen
two-factor-make-new = Erzeugen Sie neue und bewahren Sie sie sicher auf.
two-factor-turn-off = Anmeldung in zwei Schritten ausschalten
two-factor-end-others = Alle anderen Geräte abmelden
two-factor-left = { $count ->
    [0] Es ist kein Wiederherstellungscode übrig.
    [one] Es ist { $count } Wiederherstellungscode übrig.
   *[other] Es sind { $count } Wiederherstellungscodes übrig.
}
two-factor-not-saved = Sie haben noch nicht bestätigt, dass Sie Ihre Wiederherstellungscodes aufbewahrt haben.
two-factor-required = Ihr Konto braucht die Anmeldung in zwei Schritten. Richten Sie sie ein, um fortzufahren.
two-factor-due = Ab { $day } braucht Ihr Konto die Anmeldung in zwei Schritten. Richten Sie sie jetzt oder später ein.
two-factor-stays = Ihr Konto braucht die Anmeldung in zwei Schritten. Sie lässt sich nicht ausschalten.
two-factor-turned-off = Die Anmeldung in zwei Schritten ist aus.
two-factor-over = Das hat zu lange gedauert. Bitte fangen Sie noch einmal an.
two-factor-manage = Verwalten
two-factor-set-up = Einrichten

set-up-title = Authenticator‑App einrichten
set-up-scan = Scannen Sie dies mit Ihrer Authenticator-App.
set-up-qr = QR-Code für Ihre Authenticator-App
set-up-by-hand = Oder geben Sie diesen Schlüssel von Hand ein:
set-up-code = Code aus der App

codes-title = Bewahren Sie Ihre Wiederherstellungscodes auf
codes-now-on = Die Anmeldung in zwei Schritten ist an.
codes-text = Mit einem davon melden Sie sich an, wenn Ihr Telefon weg ist. Jeder gilt einmal. Sie werden nicht noch einmal gezeigt.
codes-download = Herunterladen
codes-print = Drucken
codes-saved = Ich habe diese Codes aufbewahrt
