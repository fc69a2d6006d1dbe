### API keys: their list, the form for a new one, the key itself.

api-keys-title = Klucze API
api-keys-text = Dzięki kluczowi API Twój program może działać w Twoim imieniu. Chroń go jak hasło.
api-keys-none = Nie masz żadnych kluczy API.
api-keys-active = Aktywne: { $count }
api-keys-new = Utwórz klucz API
api-keys-revoked = Klucz już nie działa.
api-keys-gone = Ten klucz już nie istnieje.
api-key-revoke = Unieważnij
api-key-revoke-label = Unieważnij klucz { $name }
api-key-made = utworzono
api-key-ends = Ważny do
api-key-used = ostatnio użyty
api-key-used-from = z adresu
api-key-never-used = nigdy nieużyty
api-key-only-from = Tylko z adresów
api-key-org = W imieniu:

new-key-title = Utwórz klucz API
new-key-text = Daj mu tak mało, jak to możliwe, i na tak krótko, jak to możliwe.
new-key-name = Nazwa
new-key-name-hint = Do czego służy? Widzisz to tylko Ty.
new-key-scopes = Na co zezwala?
new-key-no-scopes = Nie masz jeszcze żadnych uprawnień, które można nadać kluczowi. Zapytaj administratorów tej witryny.
new-key-expires = Ważny do
new-key-expires-hint = Data w ciągu najbliższego roku.
new-key-networks = Tylko z tych adresów IP
new-key-networks-hint = Puste pole zezwala na wszystkie. Kilka adresów oddziel spacjami: 192.0.2.7 198.51.100.0/24
new-key-submit = Utwórz klucz
new-key-name-missing = Wpisz nazwę
new-key-name-long = Wpisz krótszą nazwę
new-key-name-invalid = Wpisz nazwę bez znaków specjalnych
new-key-scopes-missing = Wybierz, na co klucz zezwala
new-key-scopes-not-held = Nie masz wszystkich tych uprawnień
new-key-expires-invalid = Wpisz datę, na przykład { $date }
new-key-expires-past = Wpisz datę w przyszłości
new-key-expires-late = Wpisz datę w ciągu najbliższego roku
new-key-network-invalid = „{ $network }” nie jest adresem ani siecią
new-key-networks-many = Wpisz mniej adresów
new-key-too-many = Masz już tyle kluczy, ile może mieć jedna osoba. Unieważnij klucz, którego już nie potrzebujesz.

key-made-title = Twój nowy klucz API
key-made-text = Skopiuj go teraz. Nie zobaczysz go ponownie.
key-made-use = Wysyłaj go w tym nagłówku:
key-made-done = Klucz jest zapisany

revoke-key-title = Unieważnić ten klucz?
revoke-key-text = Programy, które go używają, przestaną działać w ciągu pół minuty. Nie można tego cofnąć.
revoke-key-submit = Unieważnij
revoke-key-cancel = Zachowaj

activity-api-key-denied = Próbowano utworzyć klucz API z uprawnieniami większymi niż Twoje
activity-api-key-used-again = Użyto klucza API
activity-api-key-refused = Odrzucono klucz API
