### App passwords: the pages of the account, and the mail.

app-password-title = Hasła aplikacji
app-password-text = Aplikacja, która nie może otworzyć strony logowania tej witryny, prosi o hasło aplikacji zamiast Twojego. Utwórz osobne hasło dla każdej aplikacji i usuń je, gdy przestaniesz jej używać.
app-password-none = Nie masz haseł aplikacji.
app-password-new = Nowe hasło aplikacji
app-password-new-text = Twoje własne hasło pozostaje tajne: aplikacja z hasłem aplikacji może odczytać Twój profil i Twoje grupy, i nic więcej.
app-password-name = Nazwa aplikacji
app-password-name-hint = Aplikacja, w której wpiszesz hasło.
app-password-submit = Utwórz hasło aplikacji
app-password-too-many = Masz 20 haseł aplikacji. Usuń jedno, którego już nie używasz.
app-password-made = Twoje hasło aplikacji
app-password-made-text = Skopiuj je teraz: jest pokazywane tylko ten jeden raz.
app-password-made-use = Wpisz je w aplikacji, z nazwą użytkownika lub tą nazwą:
app-password-made-done = Hasło aplikacji jest zapisane
app-password-revoke = Usuń hasło aplikacji
app-password-remove = Usuń
app-password-revoke-label = Usuń hasło aplikacji { $name }
app-password-revoke-text = Aplikacja nie będzie mogła się nim logować w Twoim imieniu.
app-password-revoked = Hasło aplikacji zostało usunięte.
app-password-gone = Hasło aplikacji usunięto już wcześniej.
mail-app-password-subject = Nowe hasło aplikacji
mail-app-password-text = Utworzono hasło aplikacji dla Twojego konta w { $site }, dla { $app }.
mail-app-password-button = Zobacz hasła aplikacji
mail-app-password-otherwise = Jeśli to nie Ty, usuń je i zmień swoje hasło.
