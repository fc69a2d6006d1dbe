### Error pages: what happened, and why.

error-expired = To logowanie wygasło
error-expired-text = Rozpoczęto je zbyt dawno. Zacznij od nowa, a trafisz tam, dokąd zmierzasz.
error-finished = Logowanie już się odbyło
error-finished-text = To logowanie zostało już zakończone. Na tej stronie nie ma nic więcej do zrobienia.
error-browser = Ta strona należy do innej przeglądarki
error-browser-text = Logowanie musi się zakończyć w przeglądarce, w której się zaczęło. Sprawdź, czy pliki cookie są dozwolone, i zacznij od nowa.
error-stale = Ta strona jest zbyt stara
error-stale-text = Była długo otwarta albo w tym czasie nastąpiło logowanie lub wylogowanie. Otwórz ją ponownie.
error-app = Ta aplikacja nie jest tu znana
error-app-text = Aplikacja, która Cię tu skierowała, nie jest zarejestrowana lub została wyłączona.
error-redirect = Aplikacja podała błędny adres powrotny
error-redirect-text = Adres, pod który mamy Cię odesłać, nie jest zarejestrowany dla tej aplikacji. Dla Twojego bezpieczeństwa zatrzymujemy się tutaj.
error-app-request = Aplikacja wysłała żądanie, którego nie możemy odczytać
error-app-request-text = W żądaniu aplikacji czegoś brakuje lub coś jest niedozwolone.
error-used = To logowanie zostało już użyte
error-used-text = Aplikacja może użyć swojego żądania logowania tylko raz. Wróć do aplikacji i zacznij od nowa.
error-request = Nie udało się odczytać tego żądania
error-request-text = Czegoś w nim brakuje lub coś jest niedozwolone. Wróć i spróbuj ponownie.
error-forbidden = Nie możesz otworzyć tej strony
error-forbidden-text = Twoje konto nie ma wymaganego uprawnienia.
error-not-found = Nie ma tu żadnej strony
error-not-found-text = Adres może zawierać literówkę albo strona została przeniesiona.
error-method = Tutaj to nie działa
error-method-text = Tego adresu nie można użyć w ten sposób.
error-large = To za dużo naraz
error-large-text = Przesłane dane są większe, niż ta strona przyjmuje.
error-slow = Trwało to zbyt długo
error-slow-text = Nie wszystkie dane dotarły na czas. Nic nie zostało zmienione. Sprawdź połączenie i wyślij je ponownie.
error-media = Nie udało się odczytać tego formularza
error-media-text = Wysłano go w formacie, którego ta strona nie przyjmuje.
error-many = Zbyt wiele żądań
error-many-text = { $minutes ->
    [one] Odczekaj minutę i spróbuj ponownie.
    [few] Odczekaj { $minutes } minuty i spróbuj ponownie.
    [many] Odczekaj { $minutes } minut i spróbuj ponownie.
   *[other] Odczekaj { $minutes } minuty i spróbuj ponownie.
}
error-setup = Konfiguracja wymaga linku
error-setup-text = Uruchom na serwerze „doorward admin open”, aby go otrzymać. Link działa raz i tylko przez krótki czas.
error-closed = Nie możesz tu utworzyć konta
error-closed-text = Konta tworzą administratorzy tej witryny. Poproś ich o konto.
error-internal = Coś poszło nie tak po naszej stronie
error-internal-text = Nic nie zostało utracone. Spróbuj ponownie, a jeśli problem nie ustąpi, wyślij nam poniższe szczegóły.
error-read-only = Teraz nie można nic zmienić
error-read-only-text = { $minutes ->
    [one] Zmiany będą znów możliwe za minutę. Teraz nic nie zmieniono.
    [few] Zmiany będą znów możliwe za { $minutes } minuty. Teraz nic nie zmieniono.
    [many] Zmiany będą znów możliwe za { $minutes } minut. Teraz nic nie zmieniono.
   *[other] Zmiany będą znów możliwe za { $minutes } minuty. Teraz nic nie zmieniono.
}
error-away = Zaraz wracamy
error-away-text = { $minutes ->
    [one] Część tej usługi jest chwilowo niedostępna. Spróbuj ponownie za minutę.
    [few] Część tej usługi jest chwilowo niedostępna. Spróbuj ponownie za { $minutes } minuty.
    [many] Część tej usługi jest chwilowo niedostępna. Spróbuj ponownie za { $minutes } minut.
   *[other] Część tej usługi jest chwilowo niedostępna. Spróbuj ponownie za { $minutes } minuty.
}

error-tell-app = Przekaż poniższe szczegóły twórcy aplikacji { $app }.
error-tell = Przekaż poniższe szczegóły twórcy aplikacji.
error-details = Szczegóły
error-code = Kod
error-description = Powód
error-received = Otrzymany adres
error-time = Czas
error-request-id = Żądanie

next-sign-in = Zacznij od nowa
next-account = Przejdź do konta
next-retry = Spróbuj ponownie
next-app = Wróć do aplikacji

error-link = Ten link już nie działa
error-link-text = Został już użyty, jest za stary albo wysłano nowszy. Poproś o nowy.
