### Sign-out of SAML.

saml-signed-out-text = Ces applications n’ont pas répondu. Déconnectez-vous-y, ou fermez le navigateur.
saml-signed-out-back = Continuer

### Console pages of SAML.

saml-title = Applications SAML
saml-text = Ces applications parlent SAML 2.0. Donnez à chacune les métadonnées de ce serveur.
saml-none = Aucune application ne parle SAML.
saml-new = Nouvelle application SAML
saml-new-text = Collez les métadonnées de l’application, ou indiquez leur URL. Sans métadonnées, l’identifiant d’entité et un service consommateur d’assertions suffisent.
saml-created = L’application est enregistrée.
saml-edit = Modifier les paramètres SAML
saml-edit-text = Les métadonnées remplacent l’identifiant d’entité, toutes les adresses et tous les certificats. Les champs vides ne changent rien.
saml-changed = L’application est modifiée.
saml-settings = Paramètres SAML
saml-metadata = Métadonnées
saml-metadata-hint = Un document XML qui commence par EntityDescriptor.
saml-metadata-url = URL des métadonnées
saml-entity-id = Identifiant d’entité
saml-entity-id-hint = Le nom de l’application dans ses requêtes.
saml-acs = Services consommateurs d’assertions
saml-acs-hint = Une URL par ligne. Les réponses ne vont qu’à ces URL.
saml-sign-on = URL de connexion
saml-logout-url = URL de déconnexion
saml-signing = Certificats de signature (SHA-256)
saml-encryption = Certificat de chiffrement (SHA-256)
saml-signed-requests = Les requêtes doivent être signées
saml-signed = Parties signées d’une réponse
saml-encrypted = Les assertions sont chiffrées
saml-name-id = Format du nom
saml-attributes = Noms des attributs
saml-unsolicited = Connexion sans requête
saml-known = Application connue
saml-url = URL de l’application connue
saml-check = Afficher l’effet
saml-configuration = À saisir dans l’application
saml-differences = Modifications
saml-certificates = Certificats
saml-sha256 = SHA-256
saml-signs-from = Signe à partir du
saml-keys-text = Une nouvelle clé figure 14 jours dans les métadonnées avant de signer. Pendant ce temps, installez le nouveau certificat à la main dans les applications qui ne les lisent jamais.
