### What every page shares.

title-error = Błąd: { $title }
skip = Przejdź do treści
language = Język
theme = Motyw
theme-auto = Automatyczny
theme-light = Jasny
theme-dark = Ciemny
help = Pomoc
privacy = Prywatność
terms = Warunki
imprint = Nota prawna
problem-title = Wystąpił problem
banner-label = Komunikat
banner-copy = To jest kopia do testów, utworzona: { $moment }. Nic tutaj nie jest prawdziwe.
banner-read-only = Bez zmian do: { $moment }. Logowanie i odczyt działają dalej.
continue-to = aby przejść do aplikacji { $app }
continue = Dalej
back-to-app = Wróć do aplikacji { $app }
account-other = Użyj innego konta
copy = Kopiuj
copied = Skopiowano
show = Pokaż
hide = Ukryj
show-password = Pokaż hasło
hide-password = Ukryj hasło

# How long ago something was.
ago-now = przed chwilą
ago-minutes = { $count ->
    [one] { $count } minutę temu
    [few] { $count } minuty temu
    [many] { $count } minut temu
   *[other] { $count } minuty temu
}
ago-hours = { $count ->
    [one] { $count } godzinę temu
    [few] { $count } godziny temu
    [many] { $count } godzin temu
   *[other] { $count } godziny temu
}
ago-days = { $count ->
    [one] { $count } dzień temu
    [few] { $count } dni temu
    [many] { $count } dni temu
   *[other] { $count } dnia temu
}

# A day, and a moment of a mail.
date = { $day } { $month ->
    [1] stycznia
    [2] lutego
    [3] marca
    [4] kwietnia
    [5] maja
    [6] czerwca
    [7] lipca
    [8] sierpnia
    [9] września
    [10] października
    [11] listopada
   *[12] grudnia
} { $year }
date-time = { $date }, { $time } UTC
date-minute = { $date }, { $time } UTC

# Problems of any form.
too-many-tries = { $minutes ->
    [one] Zbyt wiele prób. Odczekaj minutę i spróbuj ponownie.
    [few] Zbyt wiele prób. Odczekaj { $minutes } minuty i spróbuj ponownie.
    [many] Zbyt wiele prób. Odczekaj { $minutes } minut i spróbuj ponownie.
   *[other] Zbyt wiele prób. Odczekaj { $minutes } minuty i spróbuj ponownie.
}
busy = W tej chwili loguje się wiele osób. Spróbuj ponownie za kilka sekund.
stale-form = Ta strona była długo otwarta. Wyślij ją jeszcze raz.
