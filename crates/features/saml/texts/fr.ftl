### Sign-out of SAML.

saml-signed-out-text = Ces applications n’ont pas répondu. Déconnectez-vous-y, ou fermez le navigateur.
saml-signed-out-back = Continuer
