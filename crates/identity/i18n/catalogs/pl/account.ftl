### Consent and the account page.

consent-title = Aplikacja { $app } prosi o dostęp
consent-this-computer = Aplikacja na tym komputerze
consent-this-device = Aplikacja na tym urządzeniu:
consent-unverified = Niezweryfikowana przez { $site }. Kontynuuj tylko wtedy, gdy znasz tę aplikację i rozpoczęcie logowania było Twoim działaniem.
consent-published = Znana tylko z adresu:
consent-answer = To, na co zezwolisz, trafi do:
consent-posing = Każdy program na tym komputerze może się podszyć pod tę aplikację.
consent-wants = Aplikacja prosi o możliwość:
consent-until-removed = Dostęp trwa, dopóki nie zostanie cofnięty. Aplikację znajdziesz na swoim koncie w sekcji „Połączone aplikacje”.
consent-until = Dostęp trwa do { $date }. Możesz go zakończyć wcześniej na swoim koncie w sekcji „Połączone aplikacje”.
consent-publisher = wydawca: { $name }
consent-optional = Tylko jeśli to zaznaczysz:
consent-kept = Co aplikacja już ma
consent-policy = Prywatność
consent-terms = Warunki
consent-allow = Zezwól
consent-deny = Anuluj

scope-sensitive = Poufne
scope-new = Nowe
scope-openid = Rozpoznawanie Cię podczas logowania
scope-profile = Wyświetlanie Twojego imienia i nazwy użytkownika
scope-email = Wyświetlanie Twojego adresu e-mail
scope-phone = Wyświetlanie Twojego numeru telefonu
scope-address = Wyświetlanie Twojego adresu pocztowego
scope-offline = Zachowanie dostępu pod Twoją nieobecność
scope-groups = Wyświetlanie grup, do których należysz
scope-roles = Wyświetlanie Twoich ról
scope-tasks-read = Wyświetlanie Twoich zadań
scope-tasks-write = Tworzenie i zmienianie Twoich zadań
scope-tasks-delete = Usuwanie Twoich zadań
scope-tasks-read-all = Wyświetlanie zadań wszystkich osób
scope-tasks-write-all = Zmienianie zadań wszystkich osób
scope-tasks-delete-all = Usuwanie zadań wszystkich osób
scope-other = Używanie „{ $scope }”

account-title = Twoje konto
account-administration = Administracja
account-greeting = Witaj, { $name }
account-profile = Profil
account-roles = Role
account-created = Konto istnieje od
account-password-changed = Hasło zmieniono
account-sessions = Urządzenia i sesje
account-apps = Połączone aplikacje
account-no-apps = Żadna aplikacja nie ma dostępu do Twojego konta.
account-welcome = Twoje konto jest gotowe.
account-session-ended = Ta sesja została wylogowana.
account-app-removed = Aplikacja nie ma już dostępu.
session-current = To urządzenie
session-seen = Ostatnio używane
session-since = zalogowano
session-end = Wyloguj
session-end-label = Wyloguj: { $device }
app-since = Dostęp od
app-until = do
app-scopes = { $count ->
    [one] { $count } uprawnienie
    [few] { $count } uprawnienia
    [many] { $count } uprawnień
   *[other] { $count } uprawnienia
}
app-remove = Usuń
app-remove-label = Usuń dostęp aplikacji { $app }
device-on = { $browser } w systemie { $system }
device-unknown = Nieznane urządzenie

# The navigation, the sign-in methods, and the organizations.
account-sign-in = Logowanie
account-sign-in-text = Jak się logujesz i co chroni Twoje konto.
account-not-set = Nie ustawiono
account-safe = Twoje konto jest dobrze chronione.
account-one-factor = Dodaj drugi sposób logowania.
account-invitations = Zaproszenia
account-invited = { $organization } zaprasza Cię do dołączenia.
account-all-devices = Wszystkie urządzenia
account-access = Dostęp do Twojego konta
account-apps-text = Aplikacje, które mogą używać Twojego konta. Usuń te, których już nie potrzebujesz.
orgs-text = Organizacje, do których należysz, i Twoje role w nich.
orgs-none = Nie należysz do żadnej organizacji.
orgs-leave = Opuść
orgs-leave-label = Opuść { $organization }
orgs-leave-title = Opuścić { $organization }?
orgs-leave-text = Stracisz tam swoje grupy i role, a Twoje klucze API do niej przestaną działać. Aby wrócić, potrzebne będzie zaproszenie.
orgs-left = Organizacja została opuszczona.
orgs-last-owner = Nikt inny nie jest jej właścicielem. Zanim ją opuścisz, właścicielem musi zostać inny członek.

# The check-up and the support code.
check-up-title = Kontrola bezpieczeństwa
check-up-text = Sprawdź, co działo się na Twoim koncie w ostatnich 30 dniach, zdarzenie po zdarzeniu.
check-up-start = Sprawdź ostatnią aktywność
check-up-left = { $count ->
    [one] Jedno zdarzenie do sprawdzenia.
    [few] { $count } zdarzenia do sprawdzenia.
    [many] { $count } zdarzeń do sprawdzenia.
   *[other] { $count } zdarzenia do sprawdzenia.
}
check-up-yes = Tak, to ja
check-up-known = Tak, wiem o tym
check-up-no = Nie, to nie ja
check-up-nothing = Nie ma nic do sprawdzenia.
support-code-title = Kod dla pomocy technicznej
support-code-text = Przeczytaj ten kod na głos, gdy prosisz pomoc techniczną o pomoc. Pokazuje jej Twoje konto i nie daje żadnych uprawnień.
support-code-lasts = Kod działa raz, przez 15 minut.
support-code-consents = Przeczytaj ten kod na głos, gdy prosisz pomoc techniczną o pomoc. Pokazuje jej Twoje konto i pozwala przez kilka minut działać w Twoim imieniu w jednej aplikacji. Dostaniesz o tym wiadomość.
support-code-make = Utwórz kod
support-code-again = Utwórz kolejny kod
