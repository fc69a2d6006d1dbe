# Signing in with a mailed code.

email-code-button = Wyślij mi kod e-mailem
email-code-title = Zaloguj się kodem
email-code-text = Wyślemy kod na adres Twojego konta.
email-code-send = Wyślij kod
email-code-enter = Wpisz kod z wiadomości
email-code-sent = Jeśli konto ma potwierdzony adres, wiadomość jest w drodze. Nie zamykaj tej strony.
email-code-hint = Osiem cyfr. Działają raz, przez 10 minut.
email-code-wrong = Ten kod się nie zgadza. Właściwy jest tylko w najnowszej wiadomości.
email-code-again = Wyślij kolejny kod
email-code-other = Zaloguj się inaczej
email-code-title-link = Zalogować się tutaj?
email-code-text-link = Kontynuuj tylko wtedy, gdy ta wiadomość to Twoja prośba.
mail-code-subject = { $code } to Twój kod do { $site }
mail-code-text = Wpisz kod { $code }, aby zalogować się do { $site }.
mail-code-button = Zaloguj się
mail-code-expires = Kod i link działają raz, przez 10 minut, w przeglądarce, w której o nie poproszono.
mail-code-otherwise = Jeśli to nie Ty, możesz zignorować tę wiadomość. Nikomu nie podawaj kodu.
activity-email-code = Poproszono e-mailem o kod do logowania
