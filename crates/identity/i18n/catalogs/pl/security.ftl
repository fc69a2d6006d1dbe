### The second step of a sign-in, and its set-up.

second-title = Wpisz kod z aplikacji uwierzytelniającej
second-recovery-title = Wpisz kod odzyskiwania
second-code = Kod
second-code-hint = Sześć cyfr. Zmieniają się co 30 sekund.
second-recovery-code = Kod odzyskiwania
second-recovery-hint = Jeden z zapisanych przez Ciebie kodów. Każdy działa raz.
second-missing = Wpisz kod
second-wrong = Ten kod się nie zgadza. Kody zmieniają się co 30 sekund.
second-clock = Ten kod się nie zgadza. Sprawdź, czy zegar w telefonie jest ustawiony poprawnie.
second-recovery-wrong = Ten kod się nie zgadza. Każdy kod odzyskiwania działa raz.
second-locked = Zbyt wiele błędnych kodów. Użyj kodu odzyskiwania albo zapytaj administratorów tej witryny.
second-use-recovery = Użyj kodu odzyskiwania
second-use-app = Użyj aplikacji uwierzytelniającej

login-confirm = Zaloguj się ponownie, aby wprowadzić tę zmianę. Chroni to Twoje konto przed innymi.
login-confirm-title = Potwierdź, że to Ty

two-factor-title = Weryfikacja dwuetapowa
two-factor-text = Po haśle wpisujesz kod z aplikacji na telefonie.
two-factor-on = Włączona
two-factor-off = Wyłączona
two-factor-since = od
two-factor-start = Skonfiguruj aplikację uwierzytelniającą
two-factor-new-codes = Utwórz nowe kody odzyskiwania
two-factor-make-new = Utwórz nowe i przechowuj je w bezpiecznym miejscu.
two-factor-turn-off = Wyłącz weryfikację dwuetapową
two-factor-end-others = Wyloguj wszystkie inne urządzenia
two-factor-left = { $count ->
    [0] Nie pozostał żaden kod odzyskiwania.
    [one] Pozostał { $count } kod odzyskiwania.
    [few] Pozostały { $count } kody odzyskiwania.
    [many] Pozostało { $count } kodów odzyskiwania.
   *[other] Pozostało { $count } kodu odzyskiwania.
}
two-factor-not-saved = Zapisanie kodów odzyskiwania nie zostało jeszcze potwierdzone.
two-factor-required = Twoje konto wymaga weryfikacji dwuetapowej. Skonfiguruj ją, aby przejść dalej.
two-factor-due = Od { $day } Twoje konto będzie wymagać weryfikacji dwuetapowej. Skonfiguruj ją teraz lub później.
two-factor-stays = Twoje konto wymaga weryfikacji dwuetapowej. Nie można jej wyłączyć.
two-factor-turned-off = Weryfikacja dwuetapowa jest wyłączona.
two-factor-over = Trwało to zbyt długo. Zacznij od nowa.
two-factor-manage = Zarządzaj
two-factor-set-up = Skonfiguruj

set-up-title = Skonfiguruj aplikację uwierzytelniającą
set-up-scan = Zeskanuj to w aplikacji uwierzytelniającej.
set-up-qr = Kod QR dla aplikacji uwierzytelniającej
set-up-by-hand = Albo wpisz ten klucz ręcznie:
set-up-code = Kod z aplikacji

codes-title = Zapisz kody odzyskiwania
codes-now-on = Weryfikacja dwuetapowa jest włączona.
codes-text = Dzięki nim zalogujesz się, gdy nie masz telefonu. Każdy działa raz. Nie zobaczysz ich ponownie.
codes-download = Pobierz
codes-print = Drukuj
codes-saved = Kody są zapisane
