### Impersonation: the pages of the console, the bar, and the mail.

impersonation-title = Działaj jako ten użytkownik
impersonation-text = Przez kilka minut widzisz jedną aplikację tak, jak widzi ją ten użytkownik. Użytkownik dostaje wiadomość z Twoim nazwiskiem i powodem oraz znajdzie ją w Aktywności. Aplikacja nie dostaje dostępu, którego użytkownik jej nie dał, i nie otwiera się żadna strona konta.
impersonation-app-hint = ID aplikacji. Wszystkie inne aplikacje i te strony nadal znają Cię jako Ciebie.
impersonation-reason-hint = Najwyżej 200 znaków. Użytkownik otrzyma go e-mailem i zobaczy w aktywności konta.
impersonation-start = Działaj jako użytkownik
impersonation-started = Działasz teraz jako ten użytkownik. Pasek u góry to kończy.
impersonation-until = Do
impersonation-open = Otwórz aplikację
impersonation-go = Otwórz aplikację i zaloguj się w niej: dostanie użytkownika, a nie Ciebie.
impersonation-go-yourself = Otwórz aplikację w tej przeglądarce i zaloguj się w niej: dostanie użytkownika, a nie Ciebie.
impersonation-other = Działasz jako inny użytkownik. Najpierw to zakończ.
impersonation-bar = Działasz jako { $name } w aplikacji { $app } do { $moment }.
impersonation-end = Zakończ
mail-impersonation-subject = Administrator działa w Twoim imieniu
mail-impersonation-text = { $administrator } z { $site } może do { $moment } działać w Twoim imieniu w aplikacji { $app }. Powód: { $reason }
mail-impersonation-button = Zobacz swoją aktywność
mail-impersonation-otherwise = Jeśli to nie na Twoją prośbę, skontaktuj się z { $site }.
