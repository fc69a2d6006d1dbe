### Logowanie hasłem z katalogu.

directory-disabled = Twoje konto jest wyłączone w katalogu Twojej organizacji. Zwróć się do jej administratorów.
directory-expired = Twoje konto w katalogu Twojej organizacji wygasło. Zwróć się do jej administratorów.
directory-locked = Twoje konto jest zablokowane w katalogu Twojej organizacji. Spróbuj później lub zwróć się do jej administratorów.
directory-password-expired = Twoje hasło w katalogu Twojej organizacji wygasło. Zmień je tam, na przykład na swoim komputerze, i zaloguj się ponownie.
directory-conflict = Twoje hasło jest prawidłowe, ale nie można tu utworzyć dla Ciebie konta. Zwróć się do administratorów tej usługi.
