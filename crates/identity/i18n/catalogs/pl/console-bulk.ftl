### The pages of the console that change many users at once, and that end chosen objects.

console-bulk-action = Z wybranymi użytkownikami
console-bulk-choose = Wybierz, co zrobić
console-bulk-group = Dodaj do grupy
console-bulk-all-count = { $count ->
    [one] Wybierz jedyną pasującą
    [few] Wybierz wszystkie { $count } pasujące
    [many] Wybierz wszystkie { $count } pasujących
   *[other] Wybierz wszystkie { $count } pasujących
}
console-bulk-all-matching = Wybierz wszystkie pasujące
console-bulk-all-page = Wybierz wszystkie na tej stronie
console-bulk-all-chosen = Wybrano wszystkich pasujących użytkowników, na każdej stronie listy.
console-bulk-single = Wybierz pojedynczych użytkowników
console-bulk-nothing = Wybierz co najmniej jednego użytkownika
console-bulk-no-action = Wybierz, co zrobić z wybranymi użytkownikami
console-bulk-disable-question = Wyłączyć te konta?
console-bulk-disable-text = Ci użytkownicy nie mogą się już logować, a cały dostęp aplikacji kończy się teraz. Nazwy, role i grupy pozostają. Aby to cofnąć, włącz konta ponownie; odebrany dostęp nie wraca.
console-bulk-enable-question = Włączyć te konta?
console-bulk-enable-text = Ci użytkownicy mogą znowu się logować. Odebrany dostęp nie wraca. Aby to cofnąć, wyłącz konta ponownie.
console-bulk-end-question = Zakończyć wszystkie sesje tych użytkowników?
console-bulk-end-text = Użytkownicy zostają wylogowani na każdym urządzeniu i muszą zalogować się ponownie. Konta pozostają bez zmian. Kończy się też dostęp aplikacji. Nie można tego cofnąć.
console-bulk-group-question = Dodać tych użytkowników do grupy?
console-bulk-group-text = Otrzymują role grupy od następnego żądania. Ich inne grupy i role pozostają. Aby to cofnąć, usuń członków z grupy.
console-bulk-verify = Oznacz adresy jako zweryfikowane
console-bulk-verify-question = Oznaczyć adresy e-mail tych użytkowników jako zweryfikowane?
console-bulk-verify-text = Adresy są uznawane za zweryfikowane, a użytkownicy logują się bez linku z wiadomości. Zrób to tylko wtedy, gdy wiesz, że adresy należą do nich. Aby to cofnąć, otwórz każdego użytkownika.
console-bulk-domain = Zmień domenę adresów e-mail
console-bulk-domain-question = Zmienić domenę adresów e-mail tych użytkowników?
console-bulk-domain-text = Adresy w starej domenie przechodzą do nowej i pozostają zweryfikowane, jeśli były. Adres, który ma inne konto, jest pomijany i wymieniany na liście. Aby to cofnąć, zmień domenę z powrotem.
console-bulk-domain-from = Stara domena
console-bulk-domain-to = Nowa domena
console-bulk-domain-invalid = Podaj inną domenę, na przykład example.org
console-bulk-mail = Wyślij wiadomość na dotychczasowy adres
console-bulk-password = Wymagaj nowego hasła
console-bulk-password-question = Wymagać od tych użytkowników nowego hasła?
console-bulk-password-text = Ich hasłami nie można się już zalogować. Każdy użytkownik ustawia inne hasło, różne od dotychczasowego, przez link z wiadomości. Sesje, klucze API i dostęp aplikacji kończą się, chyba że je zachowasz. Użytkownicy bez hasła pozostają bez zmian. Nie można tego cofnąć.
console-bulk-keep = Zachowaj sesje, klucze API i dostęp aplikacji
console-bulk-password-mail = Wyślij wiadomość do każdego użytkownika
console-bulk-group-path = Grupa
console-bulk-group-hint = Ścieżka, na przykład /sales/north, albo ID
console-bulk-group-unknown = Podaj ścieżkę albo ID grupy
console-bulk-skips = Twoje własne konto i konta z większymi uprawnieniami niż twoje są pomijane.
console-bulk-later = Ponad 50 użytkowników zmienia się w tle. Możesz to śledzić i zatrzymać.
console-bulk-chosen = Wybrano
console-bulk-users = { $count ->
    [one] Jeden użytkownik
    [few] { $count } użytkowników
    [many] { $count } użytkowników
   *[other] { $count } użytkowników
}
console-bulk-many = Nie policzono: zbyt wiele kont do sprawdzenia
console-bulk-filter = Filtr
console-bulk-progress = Postęp
console-bulk-tried = { $count ->
    [one] Dotąd gotowy jeden użytkownik
    [few] Dotąd gotowych { $count } użytkowników
    [many] Dotąd gotowych { $count } użytkowników
   *[other] Dotąd gotowych { $count } użytkowników
}
console-bulk-done = Zmieniono
console-bulk-failed = Nie zmieniono
console-bulk-started = Rozpoczęto
console-bulk-ended = Zakończono
console-bulk-stopped = Zatrzymano
console-bulk-stop = Zatrzymaj
console-bulk-stop-question = Zatrzymać tę zmianę?
console-bulk-stop-text = Zmienieni użytkownicy pozostają zmienieni.
console-bulk-stop-done = Zmiana została zatrzymana.
console-bulk-refresh = Odśwież
console-bulk-why-requested = Zatrzymał ją administrator
console-bulk-why-deleted = Konto administratora zostało usunięte
console-bulk-why-disabled = Konto administratora zostało wyłączone
console-bulk-why-permission = Administratorowi brakuje uprawnienia
console-bulk-why-interrupted = Polecenie w wierszu poleceń zostało przerwane
console-bulk-not-found = Nie ma takiego konta
console-bulk-error = Nie powiodło się na tym serwerze. Spróbuj ponownie.
console-chosen-nothing = Wybierz co najmniej jedną pozycję
console-chosen-failed = Nie wykonano
console-chosen-gone = Tego już nie ma albo nie możesz tego zobaczyć.
console-chosen-used = W międzyczasie tego użyto.
console-chosen-sessions = Zakończ wybrane sesje
console-chosen-sessions-question = Zakończyć wybrane sesje?
console-chosen-sessions-text = Ci użytkownicy zostają wylogowani na tych urządzeniach i muszą zalogować się ponownie. Kończy się też dostęp aplikacji. Nie można tego cofnąć.
console-chosen-sessions-ended = { $count ->
    [one] Zakończono jedną sesję.
    [few] Zakończono { $count } sesje.
    [many] Zakończono { $count } sesji.
   *[other] Zakończono { $count } sesji.
}
console-chosen-sessions-failed = { $count ->
    [one] Nie zakończono jednej sesji.
    [few] Nie zakończono { $count } sesji.
    [many] Nie zakończono { $count } sesji.
   *[other] Nie zakończono { $count } sesji.
}
console-chosen-roles = Odbierz wybrane role
console-chosen-roles-question = Odebrać wybrane role?
console-chosen-roles-text = To, na co pozwalają role, od następnego żądania nie jest już dozwolone. Aby to cofnąć, otwórz zdarzenia w dzienniku zdarzeń.
console-chosen-roles-removed = { $count ->
    [one] Odebrano jedną rolę.
    [few] Odebrano { $count } role.
    [many] Odebrano { $count } ról.
   *[other] Odebrano { $count } ról.
}
console-chosen-roles-failed = { $count ->
    [one] Nie odebrano jednej roli.
    [few] Nie odebrano { $count } ról.
    [many] Nie odebrano { $count } ról.
   *[other] Nie odebrano { $count } ról.
}
console-chosen-apps = Wyłącz wybrane aplikacje
console-chosen-apps-question = Wyłączyć wybrane aplikacje?
console-chosen-apps-text = Użytkownicy nie mogą już logować się do tych aplikacji, a ich dostęp się kończy. Możesz je znowu włączyć.
console-chosen-apps-ended = { $count ->
    [one] Wyłączono jedną aplikację.
    [few] Wyłączono { $count } aplikacje.
    [many] Wyłączono { $count } aplikacji.
   *[other] Wyłączono { $count } aplikacji.
}
console-chosen-apps-failed = { $count ->
    [one] Nie wyłączono jednej aplikacji.
    [few] Nie wyłączono { $count } aplikacji.
    [many] Nie wyłączono { $count } aplikacji.
   *[other] Nie wyłączono { $count } aplikacji.
}
console-chosen-keys = Unieważnij wybrane klucze
console-chosen-keys-question = Unieważnić wybrane klucze?
console-chosen-keys-text = Programy, które ich używają, przestaną działać w ciągu pół minuty. Nie można tego cofnąć.
console-chosen-keys-ended = { $count ->
    [one] Unieważniono jeden klucz.
    [few] Unieważniono { $count } klucze.
    [many] Unieważniono { $count } kluczy.
   *[other] Unieważniono { $count } kluczy.
}
console-chosen-keys-failed = { $count ->
    [one] Nie unieważniono jednego klucza.
    [few] Nie unieważniono { $count } kluczy.
    [many] Nie unieważniono { $count } kluczy.
   *[other] Nie unieważniono { $count } kluczy.
}
console-chosen-accounts = Wyłącz wybrane konta
console-chosen-accounts-ended = { $count ->
    [one] Wyłączono jedno konto.
    [few] Wyłączono { $count } konta.
    [many] Wyłączono { $count } kont.
   *[other] Wyłączono { $count } kont.
}
console-chosen-accounts-failed = { $count ->
    [one] Nie wyłączono jednego konta.
    [few] Nie wyłączono { $count } kont.
    [many] Nie wyłączono { $count } kont.
   *[other] Nie wyłączono { $count } kont.
}
