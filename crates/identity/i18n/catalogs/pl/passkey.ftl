### Passkeys: signing in with a fingerprint, a face or the PIN of a device.

passkey-use = Użyj klucza dostępu
passkey-needs = Aby użyć klucza dostępu (odcisk palca, twarz lub PIN urządzenia), zezwól na JavaScript.
passkey-rejected = Ten klucz dostępu nie został przyjęty. Spróbuj ponownie albo zaloguj się inaczej.
passkey-changed = Twoje urządzenie zgłasza teraz inny rodzaj klucza dostępu niż przy jego dodaniu. Zaloguj się inaczej, usuń go z konta i dodaj ponownie.
passkey-failed = Twoja przeglądarka lub menedżer haseł nie mogły użyć klucza dostępu. Spróbuj ponownie albo wybierz inne urządzenie lub innego menedżera haseł.
passkey-known = To urządzenie lub ten menedżer haseł ma już klucz dostępu do Twojego konta.
passkey-recommended = Zalecane
passkey-synced = Zsynchronizowany
passkey-device = Na jednym urządzeniu
passkey-made = dodano
passkey-used = Ostatnio użyty
passkey-unused = Jeszcze nieużyty
passkey-suspected = Może istnieć kopia tego klucza dostępu. Usuń go i dodaj nowy.
passkey-change = Zmień nazwę lub usuń
passkey-change-label = Zmień nazwę lub usuń: { $name }
passkey-name = Nazwa
passkey-rename = Zmień nazwę
passkey-remove = Usuń

second-passkey-title = Potwierdź, że to Ty

passkeys-title = Klucze dostępu
passkeys-text = Zamiast hasła użyj do logowania odcisku palca, twarzy lub kodu PIN urządzenia.
passkeys-none = Nie masz jeszcze klucza dostępu.
passkeys-count = { $count ->
    [0] Brak
    [one] { $count } klucz dostępu
    [few] { $count } klucze dostępu
    [many] { $count } kluczy dostępu
   *[other] { $count } klucza dostępu
}
passkeys-add = Dodaj klucz dostępu
passkeys-confirm = Zaloguj się ponownie, aby dodać
passkeys-full = Masz już tyle kluczy dostępu, ile może mieć jedno konto.
passkeys-added = Klucz dostępu został dodany.
passkeys-renamed = Klucz dostępu ma nową nazwę.
passkeys-removed = Klucz dostępu został usunięty. Usuń go też ze swojego urządzenia.
passkeys-rejected = Nie udało się dodać tego klucza dostępu. Spróbuj ponownie.
passkeys-bad-name = Użyj nazwy o długości od 1 do 60 znaków
passkeys-only-way = Ten klucz dostępu to Twój jedyny sposób logowania. Najpierw ustaw hasło lub dodaj inny klucz dostępu.
passkeys-only-factor = Twoje konto wymaga weryfikacji dwuetapowej. Najpierw dodaj inny klucz dostępu lub aplikację uwierzytelniającą.

activity-passkey-failed = Logowanie kluczem dostępu nie powiodło się
activity-passkey-stepped-up = Zalogowano ponownie za pomocą klucza dostępu
activity-passkey-added = Dodano klucz dostępu
activity-passkey-removed = Usunięto klucz dostępu

notice-passkey-added-subject = Dodano klucz dostępu
notice-passkey-added-text = Do Twojego konta w { $site } dodano klucz dostępu. Osoba, która go ma, może zalogować się bez hasła.
notice-passkey-removed-subject = Usunięto klucz dostępu
notice-passkey-removed-text = Z Twojego konta w { $site } usunięto klucz dostępu. Nie można się już nim zalogować.
passkey-offer = Loguj się szybciej: odciskiem palca, twarzą lub PIN-em urządzenia.
passkey-later = Nie teraz

mail-passkey-subject = Dodaj klucz dostępu do swojego konta
mail-passkey-text = Administrator { $site } prosi o dodanie klucza dostępu do Twojego konta. Otwórz link na urządzeniu, które ma go przechowywać: tam zalogujesz się odciskiem palca, twarzą lub kodem PIN urządzenia.
