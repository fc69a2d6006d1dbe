### Settings of apps in the administration console, and the impact of a change.

console-aspect-consent = Zgoda
console-setting-profile = Profil bezpieczeństwa
console-setting-serves = Zasoby obsługiwane przez tego klienta (może robić introspekcję)
console-setting-format = Format tokena dostępu
console-setting-audience = Odbiorcy asercji klienta
console-setting-claims = Oświadczenia w tokenie ID
console-setting-pkce = PKCE
console-setting-origins = Dozwolone źródła CORS
console-setting-dpop = Tokeny dostępu powiązane przez DPoP
console-setting-bound = Tokeny dostępu powiązane z certyfikatem
console-setting-details = Typy szczegółów autoryzacji
console-setting-subject = Certyfikat: DN podmiotu
console-setting-dns = Certyfikat: nazwa DNS
console-setting-uri = Certyfikat: URI
console-setting-ip = Certyfikat: adres IP
console-setting-email = Certyfikat: e-mail
console-setting-par = Wypychane żądania autoryzacji (PAR)
console-setting-signed = Podpisane obiekty żądań (JAR)
console-setting-requests = Identyfikatory URI obiektów żądań
console-setting-keys = Klucze publiczne (JWKS)
console-setting-keys-url = Identyfikator URI JWKS
console-setting-id-alg = Algorytm podpisu tokena ID
console-setting-userinfo-alg = Algorytm podpisu UserInfo
console-setting-answer-alg = Algorytm podpisu odpowiedzi autoryzacji
console-setting-lookup-alg = Algorytm podpisu introspekcji
console-setting-sector = Identyfikator sektora
console-setting-backchannel = URI wylogowania back-channel
console-setting-backchannel-session = Wylogowanie back-channel: wymagany ID sesji
console-setting-frontchannel = URI wylogowania front-channel
console-setting-frontchannel-session = Wylogowanie front-channel: wymagany ID sesji
console-setting-ping = Adres powiadomień CIBA
console-setting-exchange = Wymiana tokenów: dozwoleni odbiorcy
console-setting-impersonation = Personifikacja przez wymianę tokenów
console-setting-optional = Opcjonalne zakresy
console-setting-publisher = Wydawca
console-setting-fixed = Ustalone przez { $rule }
console-setting-unused = Aplikacja tego rodzaju nie używa tego ustawienia. Aby usunąć wartość, opróżnij pole albo wybierz wartość domyślną.
console-setting-invalid = Niemożliwe: { $reason }
console-setting-required = Można to zastąpić, nie usunąć
console-setting-one = Wypełnij tylko jedno z tych pól
console-setting-keys-invalid = Podaj obiekt JSON z kluczami
console-choice-none = Brak
console-choice-required = Wymagane
console-choice-auto = Automatycznie
console-choice-optional = Opcjonalne
console-effect = Skutek
console-effect-weaker = Mniej chroniona
console-effect-stronger = Lepiej chroniona
console-effect-neutral = Zmienione
console-app-review = Zapisać te zmiany?
console-app-review-text = Dotyczą tego, co aplikacja może uzyskać lub jak jest chroniona. Najpierw je sprawdź.
console-change-again = Wróć do formularza
console-impact-users = Użytkownicy z dostępem
console-impact-sessions = Ich otwarte sesje
console-impact-grants = Udzielone dostępy łącznie
console-impact-refresh = W tym z tokenem odświeżania
console-impact-delay = Obowiązuje wszędzie po
console-app-logo = Logo
console-app-logo-now = Obecne logo
console-app-logo-hint = PNG, JPEG, GIF lub WebP, maksymalnie 2 MB. Obraz jest przycinany do kwadratu. Logo pokazuje strona z prośbą o zgodę, ale nie w przypadku aplikacji, które zarejestrowały się same.
console-app-logo-saved = Logo zostało zapisane.
console-app-logo-remove = Usuń logo
console-app-logo-remove-question = Usunąć logo tej aplikacji?
console-app-logo-remove-text = Strony pokażą zamiast niego pierwszą literę nazwy aplikacji.
console-app-logo-removed = Logo zostało usunięte.
console-also-as = Jako polecenie, wywołanie lub plik
console-also-as-text = Pokazuje, co zmieniono powyżej, bez zapisywania.
console-also-as-show = Pokaż teksty
console-also-command = Wiersz poleceń
console-also-call = Wywołanie API administracji
console-also-file = Plik { $name }
console-impact-seconds = { $count ->
    [one] Jednej sekundzie
   *[other] { $count } sekundach
}
console-impact-minutes = { $count ->
    [one] Jednej minucie
   *[other] { $count } minutach
}
