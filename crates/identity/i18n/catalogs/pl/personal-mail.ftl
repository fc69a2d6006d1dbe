### Mails about one's data and the end of the account.

mail-exported-subject = Twoje dane zostały pobrane
mail-exported-text = Pobrano kopię wszystkiego, co { $site } o Tobie wie.
mail-leaving-subject = Twoje konto zostanie usunięte
mail-leaving-text = Twoje konto w { $site } zostanie usunięte { $moment }. Do tego czasu nikt nie może go używać. Aby je zachować, zaloguj się i wybierz „Zachowaj moje konto”.
mail-leaving-button = Zachowaj moje konto
mail-leaving-advice = Jeśli to nie Ty, zachowaj konto i od razu wybierz nowe hasło.
mail-kept-subject = Twoje konto zostaje
mail-kept-text = Twoje konto w { $site } nie zostanie już usunięte. Zaloguj się ponownie w swoich aplikacjach.
mail-deleted-subject = Twoje konto zostało usunięte
mail-deleted-text = Zgodnie z Twoją prośbą konto w { $site } zostało usunięte wraz ze wszystkim, co do niego należało. To ostatnia wiadomość od nas.
