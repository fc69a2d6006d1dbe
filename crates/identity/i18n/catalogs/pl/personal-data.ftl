### A copy of one's data, and the end of the account.

data-title = Twoje dane
data-prove-text = Aby pobrać swoje dane lub usunąć konto, musisz najpierw potwierdzić, że to Ty. Potwierdzenie jest ważne przez 15 minut.
data-prove = Potwierdź, że to Ty
data-export-title = Pobierz swoje dane
data-export-text = Wszystko, co o Tobie wiemy, w jednym pliku JSON: konto, profil, zdjęcie, sesje, aplikacje, role i aktywność. Nie ma w nim haseł ani innych sekretów.
data-export-submit = Pobierz
data-delete-title = Usuń swoje konto
data-delete-grace = { $days ->
    [one] Wszystkie aplikacje i urządzenia zostaną od razu wylogowane. Dzień później konto zniknie na zawsze; do tego czasu możesz się zalogować i je zachować.
    [few] Wszystkie aplikacje i urządzenia zostaną od razu wylogowane. { $days } dni później konto zniknie na zawsze; do tego czasu możesz się zalogować i je zachować.
    [many] Wszystkie aplikacje i urządzenia zostaną od razu wylogowane. { $days } dni później konto zniknie na zawsze; do tego czasu możesz się zalogować i je zachować.
   *[other] Wszystkie aplikacje i urządzenia zostaną od razu wylogowane. { $days } dnia później konto zniknie na zawsze; do tego czasu możesz się zalogować i je zachować.
}
data-delete-soon = Wszystkie aplikacje i urządzenia zostaną od razu wylogowane. W ciągu jednego dnia konto zniknie na zawsze; do tego czasu możesz się zalogować i je zachować.
data-name-label = Wpisz swoją nazwę użytkownika ({ $name }), aby usunąć konto
data-name-missing = Wpisz swoją nazwę użytkownika, aby usunąć konto
data-name-other = To nie jest Twoja nazwa użytkownika
data-last-administrator = Nikt inny nie administruje tą witryną. Najpierw wyznacz innego administratora.
data-last-owner = Organizacja { $name } nie ma innego właściciela. Najpierw wyznacz innego właściciela.
data-delete-submit = Usuń moje konto
leaving-title = Twoje konto zostanie usunięte { $day }
leaving-account = Konto:
leaving-text = Do tego czasu nikt nie może go używać i żadna aplikacja nie ma do niego dostępu. Jeśli zmienisz zdanie, zachowaj je.
leaving-keep = Zachowaj moje konto
account-kept = Twoje konto zostaje. Zaloguj się ponownie w swoich aplikacjach.
