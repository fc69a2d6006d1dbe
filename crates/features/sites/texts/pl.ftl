### Sites behind a proxy.

sites-page-denied = Nie możesz otworzyć tej strony
sites-page-denied-text = Jesteś zalogowany, ale nie masz dostępu. Jeśli go potrzebujesz, podaj administratorowi poniższy identyfikator.
sites-page-weak = Wymagane jest silniejsze logowanie
sites-page-weak-text = Ta strona wymaga niedawnego logowania, drugiego składnika lub klucza dostępu, których Twoje logowanie nie miało.
sites-page-failed = Logowanie nie zostało zakończone
sites-page-failed-text = Trwało zbyt długo, zaczęło się w innej przeglądarce lub zostało anulowane.
sites-page-signed-out = Wylogowano Cię tutaj
sites-page-signed-out-text = W innych aplikacjach możesz być nadal zalogowany.
sites-page-unknown = Tu nic nie ma
sites-page-unknown-text = Dla tego adresu nie skonfigurowano żadnej aplikacji.
sites-page-unavailable = Nie można teraz sprawdzić Twojego dostępu
sites-page-unavailable-text = Spróbuj ponownie za minutę.
sites-page-id = Identyfikator
sites-page-home = Strona główna
sites-page-again = Spróbuj ponownie
