### The audit log in the administration console.

console-filters = Filtry
console-more = Więcej
console-filter-remove = Usuń filtr „{ $filter }”
console-filter-remove-value = Usuń filtr „{ $name }: { $value }”
console-day = Dzień (UTC)
console-mine = Moje
console-audit-download = Pobierz jako CSV
console-history = Dziennik zdarzeń
console-audit-change = Co się zmieniło
console-audit-detail = Szczegóły
console-field = Pole
console-before = Przed
console-after = Po
console-value = Wartość
console-done = Zrobione
console-chain-sealed = Zapieczętowane w dzienniku
console-chain-waiting = Jeszcze niezapieczętowane
console-chain-missing = Brak w łańcuchu dziennika
console-chain-position = Miejsce w łańcuchu

# Undo, marks and counts
console-many = Ponad 1000
console-id-reserved = Ten identyfikator jest zastrzeżony. Wpisz inny
console-undo = Cofnij
console-undo-question = Cofnąć tę zmianę?
console-undo-text = Przywracane są wartości sprzed zdarzenia, z takimi samymi kontrolami jak przy każdej zmianie. Zakończone sesje i wysłane wiadomości pozostają bez zmian. Cofnięcie jest zapisywane i też można je cofnąć.
console-undone = Przywrócono wartości sprzed zdarzenia.
console-undo-changes = Co zostanie przywrócone
console-undo-now = Teraz
console-undo-after = Po cofnięciu
console-undo-not = Tego zdarzenia nie można cofnąć
console-undo-back = Wróć do zdarzenia
console-undoes = Cofa
console-undo-no-change = Niczego nie zmieniło.
console-undo-created = Utworzyło obiekt. Zamiast tego wyłącz lub usuń obiekt.
console-undo-deleted = Usunęło obiekt. Usuniętych obiektów nie można przywrócić.
console-undo-secret = Dotyczy sekretu, klucza lub wiadomości. Dziennik ich nie zawiera.
console-undo-ended = Zakończyło sesje, dostęp lub drugi składnik. Nie można ich przywrócić.
console-undo-incomplete = Dziennik nie zawiera wszystkiego, co jest potrzebne do dokładnego przywrócenia poprzednich wartości.
console-undo-unsupported = Zmian tego rodzaju nie można tu cofnąć. Zmień obiekt ponownie.
console-undo-past = Termin, który miałby zostać przywrócony, już minął.
console-undo-changed = Obecna wartość nie jest wartością po zdarzeniu: od tego czasu ją zmieniono.
console-undo-gone = Obiekt albo inny obiekt wskazany w poprzednich wartościach już nie istnieje.
