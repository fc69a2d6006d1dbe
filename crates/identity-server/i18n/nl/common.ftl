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
problem-title = Er is een probleem
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

# Problems of any form.
too-many-tries = { $minutes ->
    [one] Te veel pogingen. Wacht een minuut en probeer het opnieuw.
   *[other] Te veel pogingen. Wacht { $minutes } minuten en probeer het opnieuw.
}
busy = Er loggen nu veel mensen in. Probeer het over een paar seconden opnieuw.
stale-form = Deze pagina heeft lang opengestaan. Verstuur hem opnieuw.
