### Sign-out of SAML.

saml-signed-out-text = Estes aplicativos não responderam. Saia deles ou feche o navegador.
saml-signed-out-back = Continuar
