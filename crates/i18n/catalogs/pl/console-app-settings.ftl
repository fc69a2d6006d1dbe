### Settings of apps in the administration console, and the impact of a change.

console-aspect-general = O aplikacji
console-aspect-redirects = Adresy
console-aspect-power = Co może uzyskać
console-aspect-authentication = Jak się potwierdza
console-aspect-protection = Co jest wymagane
console-aspect-algorithms = Postać i podpisy
console-aspect-consent = Zgoda osób
console-aspect-logout = Wylogowanie
console-setting-profile = Profil bezpieczeństwa
console-setting-serves = Usługi, które świadczy
console-setting-format = Postać jej dostępu
console-setting-audience = Odbiorca, którego wskazują jej dowody
console-setting-claims = Dane profilu przy logowaniu
console-setting-pkce = Jednorazowy dowód przy logowaniu
console-setting-origins = Strony, których skrypty mogą czytać odpowiedzi
console-setting-dpop = Dostęp jest związany z kluczem
console-setting-bound = Dostęp jest związany z certyfikatem
console-setting-details = Rodzaje szczegółowego dostępu
console-setting-subject = Certyfikat: pełna nazwa
console-setting-dns = Certyfikat: nazwa hosta
console-setting-uri = Certyfikat: adres
console-setting-ip = Certyfikat: adres IP
console-setting-email = Certyfikat: e-mail
console-setting-par = Żądania są wysyłane z wyprzedzeniem
console-setting-signed = Żądania są podpisane
console-setting-requests = Adresy podpisanych żądań
console-setting-keys = Klucze publiczne
console-setting-keys-url = Adres kluczy publicznych
console-setting-id-alg = Podpis logowania
console-setting-userinfo-alg = Podpis odpowiedzi o profilu
console-setting-answer-alg = Podpis odpowiedzi przez przeglądarkę
console-setting-lookup-alg = Podpis odpowiedzi o dostępie
console-setting-sector = Host, którego aplikacje dzielą identyfikatory osób
console-setting-backchannel = Adres powiadomień o wylogowaniu
console-setting-backchannel-session = Te powiadomienia wskazują sesję
console-setting-frontchannel = Strona, którą przeglądarka ładuje przy wylogowaniu
console-setting-frontchannel-session = Ta strona otrzymuje sesję
console-setting-exchange = Usługi, do których może uzyskać dostęp
console-setting-impersonation = Może działać jako osoba
console-setting-optional = Dostęp, który osoby mogą pominąć
console-setting-consent-days = Dni do ponownego pytania osób
console-setting-publisher = Wydawca
console-setting-fixed = Ustalone przez { $rule }
console-setting-invalid = Niemożliwe: { $reason }
console-setting-required = Można to zastąpić, nie usunąć
console-setting-one = Wypełnij tylko jedno z tych pól
console-setting-days-invalid = Podaj liczbę dni
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
console-impact-users = Osoby mające teraz dostęp
console-impact-sessions = Ich otwarte sesje
console-impact-grants = Udzielone dostępy łącznie
console-impact-refresh = W tym odnawialne bez logowania
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
