### Sign-out of SAML.

saml-signed-out-text = Deze apps hebben niet geantwoord. Meld u daar af of sluit de browser.
saml-signed-out-back = Doorgaan
