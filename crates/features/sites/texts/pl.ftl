### Sites behind a proxy.

sites-page-denied = Nie możesz otworzyć tej strony
sites-page-denied-text = Jesteś zalogowany, ale nie masz dostępu. Jeśli go potrzebujesz, podaj administratorowi poniższy identyfikator.
sites-page-weak = Wymagane jest silniejsze logowanie
sites-page-weak-text = Ta strona wymaga niedawnego logowania, drugiego składnika lub klucza dostępu, których Twoje logowanie nie miało.
sites-page-failed = Logowanie nie zostało zakończone
sites-page-failed-text = Trwało zbyt długo, zaczęło się w innej przeglądarce lub zostało anulowane.
sites-page-signed-out = Wylogowano Cię tutaj
sites-page-signed-out-text = W innych aplikacjach możesz być nadal zalogowany.
sites-page-unknown = Tu nic nie ma
sites-page-unknown-text = Dla tego adresu nie skonfigurowano żadnej aplikacji.
sites-page-unavailable = Nie można teraz sprawdzić Twojego dostępu
sites-page-unavailable-text = Spróbuj ponownie za minutę.
sites-page-home = Strona główna
sites-page-again = Spróbuj ponownie

### Console pages of sites behind a proxy.

sites-title = Witryny za serwerem proxy
sites-text = Witryna to aplikacja, która sama nie potrafi logować użytkowników. Serwer proxy przed nią pyta ten serwer o każde żądanie, a decyduje pierwsza pasująca reguła.
sites-none = Nie ma żadnej witryny. Dodaj witrynę, aby chronić aplikację internetową bez OpenID Connect.
sites-new = Nowa witryna
sites-created = Witryna została utworzona.
sites-edit = Zmień witrynę
sites-changed = Witryna została zmieniona.
sites-hosts = Nazwy hostów
sites-hosts-hint = Jeden w wierszu, na przykład wiki.example.com. W *.example.com gwiazdka zastępuje jedną część nazwy.
sites-rules = Reguły
sites-rules-hint = Jedna w wierszu; decyduje pierwsza pasująca. Przykłady: /public/* anyone · /admin/* role=editor second-factor · /* user
sites-rule = Reguła
sites-number = Numer
sites-no-rules = Bez reguły każde żądanie jest odrzucane.
sites-organization-hint = Dla jej członków liczą się też role, grupy i uprawnienia tej organizacji.
sites-headers = Nazwy nagłówków
sites-headers-hint = Jeden w wierszu, na przykład user = X-WEBAUTH-USER: co otrzymuje aplikacja i nazwa, którą odczytuje. Dostępne są user, groups, email, name oraz token, czyli JWT ważny minutę, który może sprawdzić. To, co nie ma wiersza, jest pomijane.
sites-raw = Wartości nagłówków w UTF-8
sites-raw-hint = W przeciwnym razie wszystkie znaki poza prostymi są kodowane procentowo.
sites-delete = Usuń witrynę
sites-delete-question = Usunąć witrynę?
sites-delete-text = Wszystkie żądania do jej hostów są odrzucane.
sites-deleted = Witryna została usunięta.
sites-check = Sprawdź żądanie
sites-check-text = Pokazuje, co dzieje się z żądaniem i według której reguły. Żadne żądanie nie jest wysyłane.
sites-url = Adres
sites-url-hint = Na przykład https://wiki.example.com/admin
sites-user-hint = Puste: niezalogowany odwiedzający
sites-method = Metoda
sites-factor = Zalogowano za pomocą
sites-second-factor = Drugi składnik
sites-allow = Dozwolone
sites-sign-in = Musi się zalogować
sites-asks-factor = Musi potwierdzić drugi składnik
sites-asks-passkey = Musi użyć klucza dostępu
sites-deny = Odrzucone
sites-reason-no-rule = Żadna reguła nie pasuje.
sites-reason-ambiguous = Przy innej wielkości liter albo z ukośnikiem na końcu lub bez niego pasowałaby inna reguła.
sites-reason-rule = Reguła odrzuca wszystkich.
sites-reason-credential = Reguła nie przyjmuje tokenów dostępu ani kluczy API.
sites-reason-not-allowed = Użytkownik nie ma żadnej z ról, grup i uprawnień reguły.
sites-proxy-config = Konfiguracja serwera proxy
sites-proxy-config-text = Dla aplikacji pod adresem http://127.0.0.1:8080; polecenie doorward site proxy-config ma opcje dla innych adresów.
