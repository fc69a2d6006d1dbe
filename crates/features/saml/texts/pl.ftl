### Sign-out of SAML.

saml-signed-out-text = Te aplikacje nie odpowiedziały. Wyloguj się w nich albo zamknij przeglądarkę.
saml-signed-out-back = Dalej
