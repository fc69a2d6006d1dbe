### Devices and sessions.

sessions-end-others = Wyloguj wszędzie indziej
sessions-others-ended = Wszystkie inne urządzenia zostały wylogowane.

ended-title = Dlaczego moja sesja się zakończyła?
ended-list-title = Zakończone sesje
ended-list-text = Gdzie trwały Twoje sesje i dlaczego już nie trwają.
ended-none = Ostatnio nie zakończyła się żadna sesja.
ended-idle = Zbyt długo nie była używana.
ended-expired = Trwała tak długo, jak sesja może trwać.
ended-signed-out = Wylogowano się na tym urządzeniu.
ended-replaced = Inne logowanie w tej samej przeglądarce zajęło jej miejsce.
ended-password = Hasło zostało zmienione lub zresetowane.
ended-administrator = Zakończył ją administrator.
ended-owner = Zakończono ją z innego Twojego urządzenia.
ended-factor = Weryfikacja dwuetapowa została zmieniona.
ended-reuse = Jeden z jej kluczy został użyty dwukrotnie. Zakończono ją dla Twojego bezpieczeństwa.
ended-too-many = Konto miało zbyt wiele sesji. Najstarsze zakończono.
