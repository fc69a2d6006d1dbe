### Sign-out of SAML.

saml-signed-out-text = Te aplikacje nie odpowiedziały. Wyloguj się w nich albo zamknij przeglądarkę.
saml-signed-out-back = Dalej

### Console pages of SAML.

saml-title = Aplikacje SAML
saml-text = Te aplikacje używają SAML 2.0. Przekaż każdej metadane tego serwera.
saml-none = Nie ma aplikacji używającej SAML.
saml-new = Nowa aplikacja SAML
saml-new-text = Wklej metadane aplikacji albo podaj ich URL. Bez metadanych wystarczą identyfikator podmiotu i jedna usługa odbioru asercji.
saml-created = Aplikacja jest zarejestrowana.
saml-edit = Zmień ustawienia SAML
saml-edit-text = Metadane zastępują identyfikator podmiotu, wszystkie adresy i certyfikaty. Puste pola niczego nie zmieniają.
saml-changed = Aplikacja jest zmieniona.
saml-settings = Ustawienia SAML
saml-metadata = Metadane
saml-metadata-hint = Dokument XML, który zaczyna się od EntityDescriptor.
saml-metadata-url = URL metadanych
saml-entity-id = Identyfikator podmiotu
saml-entity-id-hint = Nazwa aplikacji w jej żądaniach.
saml-acs = Usługi odbioru asercji
saml-acs-hint = Jeden URL w wierszu. Odpowiedzi trafiają tylko na te adresy.
saml-sign-on = URL logowania
saml-logout-url = URL wylogowania
saml-signing = Certyfikaty podpisów (SHA-256)
saml-encryption = Certyfikat szyfrowania (SHA-256)
saml-signed-requests = Żądania muszą być podpisane
saml-signed = Podpisane części odpowiedzi
saml-encrypted = Asercje są szyfrowane
saml-name-id = Format nazwy
saml-attributes = Nazwy atrybutów
saml-unsolicited = Logowanie bez żądania
saml-known = Znana aplikacja
saml-url = Adres URL znanej aplikacji
saml-check = Pokaż skutek
saml-configuration = Do wpisania w aplikacji
saml-differences = Zmiany
saml-certificates = Certyfikaty
saml-sha256 = SHA-256
saml-signs-from = Podpisuje od
saml-keys-text = Nowy klucz jest w metadanych przez 14 dni, zanim zacznie podpisywać. Aplikacje, które ich nie czytają, potrzebują w tym czasie nowego certyfikatu wpisanego ręcznie.
