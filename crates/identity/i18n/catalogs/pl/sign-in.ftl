### Signing in, registering, setting up, signing out.

login-title = Zaloguj się
login-identifier = Nazwa użytkownika lub e-mail
login-remember = Nie wylogowuj mnie na tym urządzeniu
login-submit = Zaloguj się
login-or = lub
login-new-here = Nie masz konta?
login-create = Utwórz konto
login-rejected = Nazwa użytkownika, e-mail lub hasło są nieprawidłowe.
login-missing-identifier = Wpisz nazwę użytkownika lub adres e-mail
login-missing-password = Wpisz hasło
login-again = Ta aplikacja prosi o ponowne zalogowanie.
login-session-ended = Twoja sesja się zakończyła. Zaloguj się, aby kontynuować.
login-verify-email = Zaloguj się, aby potwierdzić swój adres e-mail.

register-title = Utwórz konto
register-submit = Utwórz konto
register-have = Masz już konto?

setup-title = Utwórz pierwszego administratora
setup-text = To konto może tu zarządzać wszystkim. Innych użytkowników możesz dodać później.
setup-submit = Utwórz administratora

username = Nazwa użytkownika
username-hint = Litery, cyfry, kropki, łączniki i podkreślenia.
username-optional = Opcjonalnie.
username-missing = Wybierz nazwę użytkownika
username-taken = Ta nazwa użytkownika jest zajęta. Wybierz inną.
username-invalid = Użyj od 2 do 64 liter, cyfr, kropek, łączników lub podkreśleń. Zacznij od litery lub cyfry.
username-reserved = Ta nazwa użytkownika jest zastrzeżona. Wybierz inną.
email = Adres e-mail
email-missing = Wpisz swój adres e-mail
email-taken = Istnieje już konto z tym adresem e-mail. Zaloguj się na nie.
email-invalid = Wpisz adres e-mail, na przykład name@example.com
email-undeliverable = Nie możemy wysłać wiadomości na ten adres z powodu znaków przed @. Użyj innego adresu.
email-verified = Zweryfikowany
email-unverified = Niezweryfikowany
password = Hasło
password-hint = Co najmniej { $min } znaków. Dobrze sprawdza się kilka losowych słów.
password-confirm = Powtórz hasło
password-missing = Wybierz hasło
password-too-short = Użyj co najmniej { $min } znaków
password-too-long = To hasło jest za długie. Użyj maksymalnie 256 znaków.
password-numeric = To hasło składa się z samych cyfr. Dodaj kilka słów.
password-common = To hasło znajduje się na listach popularnych haseł. Wybierz inne.
password-temporary = To jest dotychczasowe hasło. Wybierz inne.
password-guessable = To hasło łatwo odgadnąć. Dodaj jeszcze jedno lub dwa losowe słowa.
password-like-username = To hasło jest zbyt podobne do Twojej nazwy użytkownika
password-like-email = To hasło jest zbyt podobne do Twojego adresu e-mail
password-like-name = To hasło jest zbyt podobne do Twojego imienia lub nazwiska
password-like-site = To hasło jest zbyt podobne do nazwy tej witryny
password-mismatch = Hasła się różnią. Wpisz je ponownie.

select-title = Wybierz konto
select-current = Kontynuuj jako { $name }

logout-title = Wylogować się?
logout-text = W każdej chwili możesz ponownie zalogować się w { $site }.
logout-app = Aplikacja { $app } prosi o wylogowanie Cię. Zakończy to także Twoją sesję tutaj.
logout-submit = Wyloguj się
logout-stay = Nie wylogowuj
logged-out-title = Wylogowano
logged-out-text = Jeśli z tego urządzenia korzystają inne osoby, zamknij też przeglądarkę.
logged-out-again = Zaloguj się ponownie
logged-out-nobody = Nie jesteś zalogowany
logged-out-nobody-text = W tej przeglądarce nie ma sesji do zakończenia.
logged-out-nobody-sign-in = Zaloguj się
logout-problem = Żądanie wylogowania z aplikacji jest nieprawidłowe; nie nastąpi powrót do aplikacji:
onward-title = Przejść do { $host }?
onward-text = Aplikacja { $app } wysłała żądanie, którego nie można wykonać.
onward-go = Przejdź do { $host }

form-post-title = Wracasz do aplikacji { $app }
form-post-text = Jeśli przez kilka sekund nic się nie stanie, naciśnij „Dalej”.
