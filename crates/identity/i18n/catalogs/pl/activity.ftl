### What happened in an account, and what to do about what was somebody else.

activity-title = Ostatnia aktywność
activity-text = Co działo się na Twoim koncie w ciągu ostatnich 90 dni.
activity-see-all = Zobacz całą aktywność
activity-filter = Pokaż
activity-all = Wszystko
activity-topic-sign-in = Logowanie
activity-topic-security = Bezpieczeństwo
activity-topic-apps = Aplikacje
activity-topic-account = Konto
activity-nothing = Nic się tu nie wydarzyło.
activity-newest = Najnowsze
activity-older = Starsze
activity-not-me = To nie ja
activity-not-me-label = To nie ja: { $what }
activity-an-app = bez nazwy

activity-login = Zalogowano
activity-login-failed = Logowanie nie powiodło się: błędne hasło
activity-login-locked = Logowanie wstrzymane po zbyt wielu błędnych hasłach
activity-first-step = Hasło było poprawne; poproszono o kod
activity-stepped-up = Zalogowano ponownie za pomocą kodu
activity-factor-failed = Podano błędny kod
activity-factor-added = Włączono weryfikację dwuetapową
activity-factor-removed = Wyłączono weryfikację dwuetapową
activity-codes-made = Utworzono nowe kody odzyskiwania
activity-code-used = Użyto kodu odzyskiwania
activity-logout = Wylogowano
activity-session-ended = Wylogowano inne urządzenie
activity-disowned = Zgłoszono aktywność, która nie była Twoja
activity-registered = Utworzono konto
activity-register-known = Ktoś próbował utworzyć konto z Twoim adresem e-mail
activity-user-changed = Administrator zmienił Twoje konto
activity-user-changed-other = Zmieniono przez Ciebie inne konto
activity-by-admin = przez administratora
activity-consent = Zezwolono na dostęp aplikacji { $app }
activity-consent-denied = Odmówiono dostępu aplikacji { $app }
activity-consent-revoked = Usunięto dostęp aplikacji { $app }
activity-access-denied = Odmówiono dostępu: brak zezwolenia
activity-api-key = Utworzono klucz API
activity-api-key-used = Użyto klucza API po raz pierwszy
activity-api-key-revoked = Usunięto klucz API
activity-app-password = Utworzono hasło aplikacji
activity-app-password-used = Użyto hasła aplikacji
activity-app-password-revoked = Usunięto hasło aplikacji
activity-proof-replayed = Dowód użyty wcześniej przez aplikację { $app } przedstawiono ponownie i odrzucono
activity-misused = Aplikacja { $app } ponownie użyła starego logowania, więc jej dostęp zakończono
activity-app-signed-out = Zakończono dostęp aplikacji { $app }
activity-app-exchanged = Aplikacja { $app } wymieniła swój dostęp na węższy
activity-app-asserted = Aplikacja { $app } uzyskała dostęp na podstawie poświadczenia innego wystawcy
activity-app-told = Aplikacja { $app } została powiadomiona o Twoim wylogowaniu
activity-app-not-told = Nie udało się powiadomić aplikacji { $app } o Twoim wylogowaniu
activity-app-changed = Zmieniono przez Ciebie konfigurację aplikacji
activity-role-changed = Zmieniono Twoje role
activity-role-changed-other = Zmieniono przez Ciebie role
activity-group-changed = Zmieniono przez Ciebie grupę
activity-organization-changed = Zmieniono przez Ciebie organizację
activity-key-changed = Zmieniono przez Ciebie klucze serwera
activity-system-changed = Zmieniono przez Ciebie działanie serwera
activity-audit-exported = Pobrano przez Ciebie zdarzenia z dziennika audytu
activity-users-exported = Wyeksportowano przez Ciebie listę użytkowników
activity-list-exported = Wyeksportowano przez Ciebie listę z danymi użytkowników
activity-email-verified = Potwierdzono Twój adres e-mail
activity-email-requested = Poproszono o nowy adres e-mail
activity-email-refused = Odrzucono nowy adres e-mail: błędne hasło
activity-email-changed = Zmieniono Twój adres e-mail
activity-email-undone = Cofnięto zmianę Twojego adresu e-mail
activity-reset-requested = Poproszono o nowe hasło
activity-reset = Ustawiono nowe hasło za pomocą wiadomości e-mail
activity-password-changed = Zmieniono hasło
activity-password-refused = Nie zmieniono hasła: błędne hasło
activity-profile = Zmieniono profil
activity-profile-field = Zmieniono przez Ciebie pole profili
activity-exported = Pobrano kopię Twoich danych
activity-deletion = Konto ma zostać usunięte
activity-deletion-cancelled = Konto jednak zostaje
activity-deleted = Usunięto konto
activity-setup = Utworzono pierwszego administratora

secure-step = Krok { $count } z 3
secure-title = Zabezpiecz swoje konto
secure-text = Jeśli na Twoim koncie był ktoś inny, najpierw go wyloguj. Tutaj pozostaniesz na koncie. Twoje klucze API zostaną unieważnione, a linki wysłane Ci e-mailem przestaną działać; w razie potrzeby utwórz nowe.
secure-end-others = Wyloguj wszędzie indziej
secure-password-title = Wybierz nowe hasło
secure-password-text = Osoba, która była na Twoim koncie, może znać Twoje hasło. Nowe hasło odetnie jej dostęp.
secure-skip = Nie teraz
secure-review-title = Rozejrzyj się
secure-review-text = Sprawdź, czy ktoś nie zostawił tu czegoś po sobie.
secure-apps = { $count ->
    [0] Żadna aplikacja nie ma dostępu.
    [one] Jedna aplikacja ma dostęp.
    [few] { $count } aplikacje mają dostęp.
    [many] { $count } aplikacji ma dostęp.
   *[other] { $count } aplikacji ma dostęp.
}
secure-look = Zobacz
secure-done = Gotowe

# Days, support codes, and changes by administrators.
activity-from = Pierwszy dzień (UTC)
activity-to = Ostatni dzień (UTC)
activity-reason = Powód: { $reason }
activity-support-code = Utworzono kod dla pomocy technicznej
activity-support-code-used = Użyto Twojego kodu dla pomocy technicznej
activity-impersonation-started = Administrator może przez kilka minut działać w Twoim imieniu w aplikacji { $app }
activity-impersonation-used = { $app }: administrator działał w Twoim imieniu
activity-impersonation-refused = { $app }: aplikacja zażądała więcej, niż wolno administratorowi w Twoim imieniu
activity-impersonation-ended = Administrator nie działa już w Twoim imieniu w aplikacji { $app }
activity-admin-created = Administrator utworzył Twoje konto
activity-admin-disabled = Administrator wyłączył Twoje konto
activity-admin-enabled = Administrator włączył Twoje konto
activity-admin-unlocked = Administrator odblokował Twoje konto
activity-admin-password = Administrator zresetował Twoje hasło
activity-admin-passkey = Administrator wysłał Ci link do dodania klucza dostępu
activity-admin-verified = Administrator potwierdził Twój adres e-mail
activity-admin-email = Administrator zmienił Twój adres e-mail
