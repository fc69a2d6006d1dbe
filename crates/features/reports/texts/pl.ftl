### Reports in the console: the numbers of each month.

reports-title = Raporty
reports-text = Liczby z każdego miesiąca (UTC). Bieżący miesiąc jest liczony raz dziennie, a ostatecznie po jego zakończeniu.
reports-none = Serwer policzy pierwszy raport w ciągu minuty.
reports-month = Miesiąc
reports-counted = Policzono
reports-open = Jeszcze trwa
reports-active-users = Użytkownicy, którzy się zalogowali
reports-new-users = Nowi użytkownicy
reports-disabled-users = Wyłączeni użytkownicy
reports-deleted-users = Usunięci użytkownicy
reports-roles-assigned = Przypisane role
reports-roles-revoked = Odebrane role
reports-members-added = Członkowie dodani do grup i organizacji
reports-members-removed = Członkowie usunięci z grup i organizacji
reports-users = Użytkownicy, którzy nie są wyłączeni
reports-with-password = Z hasłem
reports-with-passkey = Z kluczem dostępu
reports-with-authenticator = Z aplikacją uwierzytelniającą
reports-with-provider = Z kontem dostawcy logowania
reports-with-second-factor = Z drugim składnikiem
reports-apps = Logowania według aplikacji
reports-no-apps = Nie było logowań do aplikacji.
reports-other-apps = Wszystkie inne aplikacje
