### The notice on all pages, and read-only mode, in the console.

notices-title = Komunikat i tryb tylko do odczytu
notices-text = Komunikat jest w swoim okresie na każdej stronie. W trybie tylko do odczytu serwer przez pewien okres odrzuca zmiany kont, zgód i ustawień; logowanie, sesje i aplikacje działają dalej.
notices-notice = Komunikat
notices-none = Nie ma komunikatu.
notices-text-invalid = Wpisz od 1 do 300 znaków w jednym wierszu
notices-languages = Inne języki
notices-languages-hint = Jeden w wierszu, na przykład: de = Wartung am Samstag
notices-languages-invalid = Użyj jednego wiersza na język, na przykład: de = Wartung am Samstag
notices-from = Od
notices-until = Do
notices-until-invalid = Wpisz czas po początku; tryb tylko do odczytu trwa najwyżej 7 dni
notices-announced = Zapowiedziany
notices-set = Ustaw komunikat
notices-set-done = Komunikat jest ustawiony.
notices-remove = Usuń komunikat
notices-remove-question = Usunąć komunikat?
notices-remove-text = Żadna strona już go nie pokazuje.
notices-removed = Komunikat został usunięty.
notices-read-only = Tryb tylko do odczytu
notices-read-only-active = Zmiany są odrzucane
notices-writable = Zmiany są możliwe
notices-read-only-set = Ustaw tryb tylko do odczytu
notices-read-only-set-done = Tryb tylko do odczytu jest ustawiony.
notices-read-only-until-hint = Najwyżej 7 dni po początku. Wtedy tryb kończy się sam.
notices-read-only-end = Zakończ tryb tylko do odczytu
notices-read-only-end-question = Zakończyć tryb tylko do odczytu?
notices-read-only-end-text = Zmiany są znów możliwe: tutaj od razu, na innych serwerach w ciągu kilku sekund.
notices-read-only-ended = Tryb tylko do odczytu został zakończony.
