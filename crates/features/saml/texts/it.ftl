### Sign-out of SAML.

saml-signed-out-text = Queste applicazioni non hanno risposto. Esca da esse oppure chiuda il browser.
saml-signed-out-back = Continua

### Console pages of SAML.

saml-title = App SAML
saml-text = Queste applicazioni parlano SAML 2.0. Dia a ciascuna i metadati di questo server.
saml-none = Nessuna app parla SAML.
saml-new = Nuova app SAML
saml-new-text = Incolli i metadati dell’applicazione oppure indichi il loro URL. Senza metadati bastano l’ID entità e un assertion consumer service.
saml-created = L’app è registrata.
saml-edit = Modifica impostazioni SAML
saml-edit-text = I metadati sostituiscono l’ID entità, tutti gli indirizzi e tutti i certificati. I campi vuoti non cambiano nulla.
saml-changed = L’app è modificata.
saml-settings = Impostazioni SAML
saml-metadata = Metadati
saml-metadata-hint = Un documento XML che inizia con EntityDescriptor.
saml-metadata-url = URL dei metadati
saml-entity-id = ID entità
saml-entity-id-hint = Il nome dell’applicazione nelle sue richieste.
saml-acs = Assertion consumer service
saml-acs-hint = Un URL per riga. Le risposte vanno solo a questi URL.
saml-sign-on = URL di accesso
saml-logout-url = URL di uscita
saml-signing = Certificati per le firme (SHA-256)
saml-encryption = Certificato per la cifratura (SHA-256)
saml-signed-requests = Le richieste devono essere firmate
saml-signed = Parti firmate di una risposta
saml-encrypted = Le asserzioni sono cifrate
saml-name-id = Formato del nome
saml-attributes = Nomi degli attributi
saml-unsolicited = Accesso senza richiesta
saml-known = Applicazione nota
saml-url = URL dell’applicazione nota
saml-check = Mostra l’effetto
saml-configuration = Da inserire nell’applicazione
saml-differences = Modifiche
saml-certificates = Certificati
saml-sha256 = SHA-256
saml-signs-from = Firma dal
saml-keys-text = Una chiave nuova resta 14 giorni nei metadati prima di firmare. Le app che non li leggono mai richiedono il nuovo certificato a mano in questo periodo.
