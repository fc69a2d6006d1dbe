### What every page shares.

title-error = Fout: { $title }
skip = Naar de inhoud
language = Taal
theme = Thema
theme-auto = Automatisch
theme-light = Licht
theme-dark = Donker
help = Hulp
privacy = Privacy
terms = Voorwaarden
imprint = Colofon
problem-title = Er is een probleem
banner-label = Mededeling
banner-copy = Dit is een kopie voor tests, gemaakt: { $moment }. Niets hier is echt.
banner-read-only = Geen wijzigingen tot { $moment }. Inloggen en lezen gaan door.
continue-to = om door te gaan naar { $app }
continue = Doorgaan
back-to-app = Terug naar { $app }
account-other = Ander account gebruiken
copy = Kopiëren
copied = Gekopieerd
show = Tonen
hide = Verbergen
show-password = Wachtwoord tonen
hide-password = Wachtwoord verbergen

# How long ago something was.
ago-now = zojuist
ago-minutes = { $count ->
    [one] { $count } minuut geleden
   *[other] { $count } minuten geleden
}
ago-hours = { $count ->
    [one] { $count } uur geleden
   *[other] { $count } uur geleden
}
ago-days = { $count ->
    [one] { $count } dag geleden
   *[other] { $count } dagen geleden
}

# A day, and a moment of a mail.
date = { $day } { $month ->
    [1] januari
    [2] februari
    [3] maart
    [4] april
    [5] mei
    [6] juni
    [7] juli
    [8] augustus
    [9] september
    [10] oktober
    [11] november
   *[12] december
} { $year }
date-time = { $date }, { $time } UTC
date-minute = { $date }, { $time } UTC

# Problems of any form.
too-many-tries = { $minutes ->
    [one] Te veel pogingen. Wacht een minuut en probeer het opnieuw.
   *[other] Te veel pogingen. Wacht { $minutes } minuten en probeer het opnieuw.
}
busy = Er loggen nu veel mensen in. Probeer het over een paar seconden opnieuw.
stale-form = Deze pagina heeft lang opengestaan. Verstuur hem opnieuw.
