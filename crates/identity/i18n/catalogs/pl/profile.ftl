### The profile.

profile-title = Twój profil
profile-text = Wszystko to jest opcjonalne. Aplikacja widzi te dane tylko wtedy, gdy na to zezwolisz.
profile-saved = Twój profil został zapisany.
profile-not-saved-yet = Sesja zakończyła się przed zapisaniem zmian. Wpisane dane są tutaj: zapisz je teraz.
profile-changed-meanwhile = W międzyczasie Twoje konto zmieniono w innym oknie. Nic jeszcze nie zapisano: przejrzyj dane i zapisz je ponownie.
profile-picture = Zdjęcie
profile-picture-alt = Twoje zdjęcie
profile-picture-hint = PNG, JPEG, GIF lub WebP, maksymalnie 2 MB.
profile-picture-submit = Prześlij
profile-picture-remove = Usuń zdjęcie
profile-picture-kept = Twoje nowe zdjęcie jest gotowe.
profile-picture-gone = Twoje zdjęcie zostało usunięte.
profile-picture-missing = Najpierw wybierz plik
profile-picture-too-large = To zdjęcie jest za duże. Wybierz takie, które ma maksymalnie 2 MB i 16 milionów pikseli.
profile-picture-none = Ten plik nie jest zdjęciem, które możemy odczytać. Wybierz plik PNG, JPEG, GIF lub WebP.
profile-group-name = Imię i nazwisko
profile-group-about = O Tobie
profile-group-reach = Telefon i strona internetowa
profile-group-address = Adres
profile-group-place = Język i czas
profile-group-mail = Wiadomości e-mail
profile-given-name = Imię
profile-middle-name = Drugie imię
profile-family-name = Nazwisko
profile-nickname = Pseudonim
profile-bio = O mnie
profile-bio-hint = Maksymalnie 500 znaków. Żadna aplikacja tego nie widzi.
profile-birthdate = Data urodzenia
profile-birthdate-hint = Na przykład 1984-05-23 lub tylko rok.
profile-gender = Płeć
profile-phone = Numer telefonu
profile-phone-hint = Z numerem kierunkowym kraju, na przykład +48 22 1234567.
profile-website = Strona internetowa
profile-website-hint = Na przykład https://example.org
profile-url = Strona profilu
profile-street = Ulica
profile-postal-code = Kod pocztowy
profile-locality = Miejscowość
profile-region = Województwo lub region
profile-country = Kraj
profile-locale = Język
profile-locale-browser = Zgodnie z przeglądarką
profile-zone = Strefa czasowa
profile-zone-hint = Duże miasto w Twojej strefie, na przykład Warsaw lub New York.
profile-mail-hint = Wiadomości o bezpieczeństwie konta przychodzą zawsze.
profile-product-news = Nowości o produkcie
profile-newsletter = Biuletyn
profile-submit = Zapisz
profile-too-long = { $max ->
    [one] Mieści się tu maksymalnie { $max } znak
    [few] Mieszczą się tu maksymalnie { $max } znaki
    [many] Mieści się tu maksymalnie { $max } znaków
   *[other] Mieści się tu maksymalnie { $max } znaku
}
profile-characters = Są tu znaki, których nie można wyświetlić, na przykład podziały wiersza lub znaczniki kierunku
profile-future = Ten dzień jeszcze nie nadszedł
profile-birthdate-form = Zapisz ją tak: 1984-05-23, lub podaj tylko rok
profile-phone-form = Zacznij od + i numeru kierunkowego kraju, na przykład +48 22 1234567
profile-website-form = Wpisz pełny adres, zaczynający się od https://
profile-locale-unknown = Nie znamy tego języka
profile-zone-unknown = Nie znamy tej strefy czasowej. Zapisz ją tak: Europe/Warsaw
profile-group-fields = Inne dane
profile-field-number = Wpisz liczbę, na przykład 42 lub 1.5
profile-field-date = Wpisz datę, na przykład 2026-01-31
profile-field-choice = Wybierz jedną z podanych wartości
profile-field-too-large = Razem to za dużo. Skróć niektóre teksty
profile-field-read-only = Nie możesz zmienić tego pola
