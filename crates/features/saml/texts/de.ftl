### Sign-out of SAML.

saml-signed-out-text = Diese Anwendungen haben nicht geantwortet. Melden Sie sich dort ab, oder schließen Sie den Browser.
saml-signed-out-back = Weiter

### Console pages of SAML.

saml-title = SAML-Apps
saml-text = Diese Anwendungen sprechen SAML 2.0. Geben Sie jeder die Metadaten dieses Servers.
saml-none = Es gibt keine App, die SAML spricht.
saml-new = Neue SAML-App
saml-new-text = Fügen Sie die Metadaten der Anwendung ein, oder nennen Sie deren URL. Ohne Metadaten genügen die Entity-ID und ein Assertion Consumer Service.
saml-created = Die App ist registriert.
saml-edit = SAML-Einstellungen ändern
saml-edit-text = Metadaten ersetzen die Entity-ID, alle Adressen und alle Zertifikate. Leere Felder ändern nichts.
saml-changed = Die App ist geändert.
saml-settings = SAML-Einstellungen
saml-metadata = Metadaten
saml-metadata-hint = Ein XML-Dokument, das mit EntityDescriptor beginnt.
saml-metadata-url = URL der Metadaten
saml-entity-id = Entity-ID
saml-entity-id-hint = Der Name der Anwendung in ihren Anfragen.
saml-acs = Assertion Consumer Services
saml-acs-hint = Eine URL je Zeile. Antworten gehen nur an diese URLs.
saml-sign-on = URL für die Anmeldung
saml-logout-url = URL für die Abmeldung
saml-signing = Zertifikate für Signaturen (SHA-256)
saml-encryption = Zertifikat für die Verschlüsselung (SHA-256)
saml-signed-requests = Anfragen müssen signiert sein
saml-signed = Signierte Teile einer Antwort
saml-encrypted = Assertions sind verschlüsselt
saml-name-id = Format des Namens
saml-attributes = Namen der Attribute
saml-unsolicited = Anmeldung ohne Anfrage
saml-known = Bekannte Anwendung
saml-url = URL der bekannten Anwendung
saml-check = Zeigen, was es bewirkt
saml-configuration = In der Anwendung einzutragen
saml-differences = Änderungen
saml-certificates = Zertifikate
saml-sha256 = SHA-256
saml-signs-from = Signiert ab
saml-keys-text = Ein neuer Schlüssel steht 14 Tage in den Metadaten, bevor er signiert. Apps, die sie nie lesen, brauchen das neue Zertifikat in dieser Zeit von Hand.
