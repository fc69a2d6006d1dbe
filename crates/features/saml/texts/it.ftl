### Sign-out of SAML.

saml-signed-out-text = Queste applicazioni non hanno risposto. Esca da esse oppure chiuda il browser.
saml-signed-out-back = Continua
