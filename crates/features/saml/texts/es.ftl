### Sign-out of SAML.

saml-signed-out-text = Estas aplicaciones no han respondido. Cierre la sesión en ellas o cierre el navegador.
saml-signed-out-back = Continuar
