### What every page shares.

title-error = Errore: { $title }
skip = Vai al contenuto
language = Lingua
theme = Tema
theme-auto = Automatico
theme-light = Chiaro
theme-dark = Scuro
help = Guida
privacy = Privacy
terms = Termini
imprint = Note legali
problem-title = Si è verificato un problema
banner-label = Avviso
banner-copy = Questa è una copia di prova, creata: { $moment }. Niente qui è reale.
banner-read-only = Nessuna modifica fino a: { $moment }. Accesso e lettura restano possibili.
continue-to = per continuare su { $app }
continue = Continua
back-to-app = Torna a { $app }
account-other = Usa un altro account
copy = Copia
copied = Copiato
show = Mostra
hide = Nascondi
show-password = Mostra password
hide-password = Nascondi password

# How long ago something was.
ago-now = proprio ora
ago-minutes = { $count ->
    [one] { $count } minuto fa
   *[other] { $count } minuti fa
}
ago-hours = { $count ->
    [one] { $count } ora fa
   *[other] { $count } ore fa
}
ago-days = { $count ->
    [one] { $count } giorno fa
   *[other] { $count } giorni fa
}

# A day, and a moment of a mail.
date = { $day ->
    [1] 1º
   *[other] { $day }
} { $month ->
    [1] gennaio
    [2] febbraio
    [3] marzo
    [4] aprile
    [5] maggio
    [6] giugno
    [7] luglio
    [8] agosto
    [9] settembre
    [10] ottobre
    [11] novembre
   *[12] dicembre
} { $year }
date-time = { $date }, { $time } UTC
date-minute = { $date }, { $time } UTC

# Problems of any form.
too-many-tries = { $minutes ->
    [one] Troppi tentativi. Attendi un minuto, poi riprova.
   *[other] Troppi tentativi. Attendi { $minutes } minuti, poi riprova.
}
busy = Molte persone stanno accedendo in questo momento. Riprova tra qualche secondo.
stale-form = Questa pagina è rimasta aperta a lungo. Inviala di nuovo.
