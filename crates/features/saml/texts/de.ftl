### Sign-out of SAML.

saml-signed-out-text = Diese Anwendungen haben nicht geantwortet. Melden Sie sich dort ab, oder schließen Sie den Browser.
saml-signed-out-back = Weiter
