### Was alle Seiten gemeinsam haben.

title-error = Fehler: { $title }
skip = Zum Inhalt springen
language = Sprache
theme = Darstellung
theme-auto = Automatisch
theme-light = Hell
theme-dark = Dunkel
help = Hilfe
privacy = Datenschutz
terms = Nutzungsbedingungen
imprint = Impressum
problem-title = Da stimmt etwas nicht
banner-label = Hinweis
banner-copy = Dies ist eine Kopie für Tests, erstellt: { $moment }. Nichts hier ist echt.
banner-read-only = Keine Änderungen bis { $moment }. Anmelden und Lesen gehen weiter.
continue-to = weiter zu { $app }
continue = Weiter
back-to-app = Zurück zu { $app }
account-other = Anderes Konto verwenden
copy = Kopieren
copied = Kopiert
show = Zeigen
hide = Verbergen
show-password = Passwort zeigen
hide-password = Passwort verbergen

# Wie lange etwas her ist.
ago-now = gerade eben
ago-minutes = { $count ->
    [one] vor { $count } Minute
   *[other] vor { $count } Minuten
}
ago-hours = { $count ->
    [one] vor { $count } Stunde
   *[other] vor { $count } Stunden
}
ago-days = { $count ->
    [one] vor { $count } Tag
   *[other] vor { $count } Tagen
}

# Ein Tag, und ein Zeitpunkt in einer Mail.
date = { $day }. { $month ->
    [1] Januar
    [2] Februar
    [3] März
    [4] April
    [5] Mai
    [6] Juni
    [7] Juli
    [8] August
    [9] September
    [10] Oktober
    [11] November
   *[12] Dezember
} { $year }
date-time = { $date }, { $time } UTC
date-minute = { $date }, { $time } UTC

# Probleme, die jedes Formular haben kann.
too-many-tries = { $minutes ->
    [one] Zu viele Versuche. Warten Sie eine Minute und versuchen Sie es dann noch einmal.
   *[other] Zu viele Versuche. Warten Sie { $minutes } Minuten und versuchen Sie es dann noch einmal.
}
busy = Gerade melden sich sehr viele Menschen an. Bitte versuchen Sie es in ein paar Sekunden noch einmal.
stale-form = Diese Seite war lange offen. Bitte senden Sie sie noch einmal ab.
