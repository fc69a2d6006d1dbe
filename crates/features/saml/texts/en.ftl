### Sign-out of SAML.

saml-signed-out-text = These applications did not answer. Sign out there, or close the browser.
saml-signed-out-back = Continue

### Console pages of SAML.

saml-title = SAML apps
saml-text = These applications speak SAML 2.0. Give each of them the metadata of this server.
saml-none = There is no app that speaks SAML.
saml-new = New SAML app
saml-new-text = Paste the metadata of the application, or name its URL. Without metadata, the entity ID and one assertion consumer service are enough.
saml-created = The app is registered.
saml-edit = Change SAML settings
saml-edit-text = Metadata replaces the entity ID, all addresses and all certificates. Empty fields change nothing.
saml-changed = The app is changed.
saml-settings = SAML settings
saml-metadata = Metadata
saml-metadata-hint = An XML document that begins with EntityDescriptor.
saml-metadata-url = URL of the metadata
saml-entity-id = Entity ID
saml-entity-id-hint = The name of the application in its requests.
saml-acs = Assertion consumer services
saml-acs-hint = One URL a line. Responses are sent to these URLs only.
saml-sign-on = Sign-in URL
saml-logout-url = Sign-out URL
saml-signing = Certificates for signatures (SHA-256)
saml-encryption = Certificate for encryption (SHA-256)
saml-signed-requests = Requests must be signed
saml-signed = Signed parts of a response
saml-encrypted = Assertions are encrypted
saml-name-id = Format of the user's name
saml-attributes = Names of attributes
saml-unsolicited = Sign-in without a request
saml-known = Known application
saml-url = URL of the known application
saml-check = Show what it says
saml-configuration = Enter at the application
saml-differences = Changes
saml-certificates = Certificates
saml-sha256 = SHA-256
saml-signs-from = Signs from
saml-keys-text = A new key is in the metadata for 14 days before it signs. Apps that never read it need the new certificate by hand in this time.
