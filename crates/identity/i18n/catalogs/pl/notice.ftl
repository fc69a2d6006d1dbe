### Security notices by mail.

notice-happened = Źródło: { $device }, { $time }.
notice-happened-ip = Źródło: { $device }, adres { $ip }, { $time }.
notice-otherwise = Jeśli to Ty, nie musisz nic robić. Jeśli nie, zabezpiecz teraz swoje konto: ta strona wyloguje inne urządzenia i poprowadzi Cię do nowego hasła.
notice-button = Zabezpiecz swoje konto

notice-factor-added-subject = Włączono weryfikację dwuetapową
notice-factor-added-text = Do Twojego konta w { $site } dodano aplikację uwierzytelniającą. Logowanie wymaga teraz także jej kodu.
notice-factor-removed-subject = Wyłączono weryfikację dwuetapową
notice-factor-removed-text = Z Twojego konta w { $site } usunięto aplikację uwierzytelniającą i kody odzyskiwania. Do zalogowania wystarczy teraz samo hasło.
notice-codes-made-subject = Utworzono nowe kody odzyskiwania
notice-codes-made-text = Dla Twojego konta w { $site } utworzono nowe kody odzyskiwania. Stare już nie działają.
notice-code-used-subject = Użyto kodu odzyskiwania
notice-code-used-text = Do zalogowania na Twoje konto w { $site } użyto kodu odzyskiwania. { $count ->
    [one] Pozostał jeden kod.
    [few] Pozostały { $count } kody.
    [many] Pozostało { $count } kodów.
   *[other] Pozostało { $count } kodu.
}
notice-code-used-few-text = Do zalogowania na Twoje konto w { $site } użyto kodu odzyskiwania. { $count ->
    [0] Nie pozostał żaden kod.
    [one] Pozostał tylko jeden kod.
    [few] Pozostały tylko { $count } kody.
    [many] Pozostało tylko { $count } kodów.
   *[other] Pozostało tylko { $count } kodu.
} Utwórz nowe w ustawieniach weryfikacji dwuetapowej na swoim koncie.
notice-new-device-subject = Nowe logowanie na Twoje konto
notice-new-device-text = Ktoś zalogował się na Twoje konto w { $site } z urządzenia, którego wcześniej nie widzieliśmy.
notice-locked-subject = Zbyt wiele nieudanych logowań
notice-locked-text = Ktoś zbyt wiele razy podał błędne hasło do Twojego konta w { $site }. Logowanie z nieznanych urządzeń jest teraz wstrzymane na { $count ->
    [one] minutę.
    [few] { $count } minuty.
    [many] { $count } minut.
   *[other] { $count } minuty.
} Nie dotyczy to urządzeń, których już używasz.
notice-codes-locked-subject = Zbyt wiele błędnych kodów
notice-codes-locked-text = Ktoś podał Twoje hasło w { $site }, a potem zbyt wiele błędnych kodów. Drugi krok jest teraz wstrzymany na { $count ->
    [one] minutę.
    [few] { $count } minuty.
    [many] { $count } minut.
   *[other] { $count } minuty.
} Ta osoba zna Twoje hasło.
notice-api-key-subject = Utworzono klucz API
notice-api-key-text = Dla Twojego konta w { $site } utworzono klucz API. Programy, które go mają, mogą działać w Twoim imieniu.
notice-disowned-subject = Zgłoszono aktywność na Twoim koncie
notice-disowned-text = Osoba zalogowana na Twoje konto w { $site } zgłosiła, że część aktywności nie była jej. Klucze API konta zostały unieważnione, a wcześniej wysłane linki już nie działają.
