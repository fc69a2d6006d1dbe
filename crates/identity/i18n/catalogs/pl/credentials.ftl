### Proving an address, passwords, moving to another address.

step-check-mail = Sprawdź pocztę
step-check-mail-text = Wysłaliśmy wiadomość na podany adres. Zawarty w niej link działa przez 24 godziny. Otwórz go, a potem się zaloguj. Jeśli wiadomość nie dotrze, sprawdź folder ze spamem lub zaloguj się, aby wysłać ją ponownie.
step-prove-email = Potwierdź swój adres e-mail
step-prove-email-text = Wysłaliśmy Ci wiadomość. Otwórz zawarty w niej link, aby przejść dalej. Jeśli nie dotrze, sprawdź folder ze spamem lub wyślij ją ponownie.
step-resend = Wyślij ponownie
step-resent = Wiadomość została wysłana ponownie.
step-enough-mails = Wysłaliśmy już kilka wiadomości. Spróbuj ponownie za godzinę.
step-confirm-email = Czy to Twój adres?
step-confirm-email-text = Potwierdź go, aby dokończyć zakładanie konta. Jeśli nie zakładasz konta, zamknij tę stronę.
step-confirm-email-button = Potwierdź adres

login-forgot = Nie pamiętasz hasła?
forgot-title = Nie pamiętasz hasła?
forgot-text = Powiedz nam, kim jesteś. Wyślemy wiadomość na adres Twojego konta.
forgot-submit = Wyślij wiadomość
step-reset-sent-text = Jeśli takie konto istnieje, wiadomość jest już w drodze. Zawarty w niej link działa przez 30 minut.
reset-title = Wybierz nowe hasło
reset-ends = Wszystkie urządzenia i aplikacje zostaną wtedy wylogowane.
new-password = Nowe hasło
current-password = Obecne hasło
current-password-missing = Wpisz obecne hasło
current-password-wrong = To nie jest Twoje obecne hasło
change-password-title = Zmień hasło
end-others = Wyloguj wszystkie inne urządzenia i aplikacje
cancel = Anuluj
step-password-set = Hasło zostało ustawione
step-password-set-text = Wszystkie urządzenia zostały wylogowane. Zaloguj się nowym hasłem.
account-password-done = Hasło zostało zmienione.
change-email-title = Zmień adres e-mail
change-email-present = Obecny adres:
change-email-new = Nowy adres e-mail
change-email-hint = Wyślemy link na ten adres. Adres zmieni się, gdy otworzysz link.
change-email-same = To już jest Twój adres
change-email-submit = Wyślij link
change-email-sent = Wiadomość jest w drodze na nowy adres. Otwórz zawarty w niej link w ciągu 24 godzin.
step-confirm-move-text = Potwierdź go, a Twoje konto będzie odtąd używać tego adresu.
step-moved = Twój adres został zmieniony
step-moved-text = Twoje konto używa teraz nowego adresu. Na poprzedni wysłaliśmy powiadomienie.
step-confirm-undo = Cofnąć zmianę?
step-confirm-undo-text = Twoje konto znów będzie używać tego adresu, a wszystkie urządzenia zostaną wylogowane.
step-confirm-undo-button = Cofnij zmianę
step-undone = Przywrócono Twój adres
step-undone-text = Wszystkie urządzenia zostały wylogowane. Ktoś może znać Twoje hasło, więc wybierz teraz nowe.

inbox-title = Skrzynka odbiorcza
inbox-text = Wiadomości zachowane przez tę instancję deweloperską.
inbox-empty = Nie ma jeszcze żadnych wiadomości.
inbox-open = Otwórz link
# First start
step-operator = Zalogować się do konsoli?
step-operator-text = Ten link loguje jednorazowo powyższe konto. Kontynuuj tylko wtedy, gdy link powstał na serwerze na Twoje polecenie lub pochodzi od osoby prowadzącej serwer.
