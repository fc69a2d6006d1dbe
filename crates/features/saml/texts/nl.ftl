### Sign-out of SAML.

saml-signed-out-text = Deze apps hebben niet geantwoord. Meld u daar af of sluit de browser.
saml-signed-out-back = Doorgaan

### Console pages of SAML.

saml-title = SAML-apps
saml-text = Deze apps spreken SAML 2.0. Geef elke app de metadata van deze server.
saml-none = Er is geen app die SAML spreekt.
saml-new = Nieuwe SAML-app
saml-new-text = Plak de metadata van de app, of noem de URL ervan. Zonder metadata zijn de entity-ID en één assertion consumer service genoeg.
saml-created = De app is geregistreerd.
saml-edit = SAML-instellingen wijzigen
saml-edit-text = Metadata vervangt de entity-ID, alle adressen en alle certificaten. Lege velden veranderen niets.
saml-changed = De app is gewijzigd.
saml-settings = SAML-instellingen
saml-metadata = Metagegevens
saml-metadata-hint = Een XML-document dat begint met EntityDescriptor.
saml-metadata-url = URL van de metadata
saml-entity-id = Entity-ID
saml-entity-id-hint = De naam van de app in haar verzoeken.
saml-acs = Adressen voor antwoorden (assertion consumer services)
saml-acs-hint = Eén URL per regel. Antwoorden gaan alleen naar deze URL’s.
saml-sign-on = URL voor aanmelden
saml-logout-url = URL voor afmelden
saml-signing = Certificaten voor handtekeningen (SHA-256)
saml-encryption = Certificaat voor versleuteling (SHA-256)
saml-signed-requests = Verzoeken moeten ondertekend zijn
saml-signed = Ondertekende delen van een antwoord
saml-encrypted = Assertions zijn versleuteld
saml-name-id = Vorm van de naam
saml-attributes = Namen van attributen
saml-unsolicited = Aanmelden zonder verzoek
saml-known = Bekende applicatie
saml-url = URL van de bekende applicatie
saml-check = Toon wat het doet
saml-configuration = In te vullen in de applicatie
saml-differences = Wijzigingen
saml-certificates = Certificaten
saml-sha256 = SHA-256
saml-signs-from = Ondertekent vanaf
saml-keys-text = Een nieuwe sleutel staat 14 dagen in de metadata voordat hij ondertekent. Apps die ze nooit lezen, hebben het nieuwe certificaat in deze tijd met de hand nodig.
