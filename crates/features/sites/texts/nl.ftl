### Sites behind a proxy.

sites-page-denied = U mag deze pagina niet openen
sites-page-denied-text = U bent ingelogd, maar u hebt geen toegang. Geef de ID hieronder aan uw beheerder als u die nodig hebt.
sites-page-weak = Een sterkere aanmelding is nodig
sites-page-weak-text = Deze pagina vereist een recente aanmelding, een tweede factor of een passkey, en uw aanmelding had dat niet.
sites-page-failed = Het inloggen is niet voltooid
sites-page-failed-text = Het duurde te lang, begon in een andere browser of is geannuleerd.
sites-page-signed-out = U bent hier uitgelogd
sites-page-signed-out-text = Bij andere toepassingen bent u misschien nog ingelogd.
sites-page-unknown = Hier is niets
sites-page-unknown-text = Voor dit adres is geen toepassing ingesteld.
sites-page-unavailable = Uw toegang kan nu niet worden gecontroleerd
sites-page-unavailable-text = Probeer het over een minuut opnieuw.
sites-page-home = Startpagina
sites-page-again = Opnieuw proberen

### Console pages of sites behind a proxy.

sites-title = Sites achter een proxy
sites-text = Een site is een toepassing die gebruikers niet zelf kan aanmelden. Een proxy ervoor vraagt deze server bij elk verzoek, en de eerste regel die past beslist.
sites-none = Er is geen site. Voeg er een toe om een webtoepassing zonder OpenID Connect te beschermen.
sites-new = Nieuwe site
sites-created = De site is gemaakt.
sites-edit = Site wijzigen
sites-changed = De site is gewijzigd.
sites-hosts = Hostnamen
sites-hosts-hint = Eén per regel, bijvoorbeeld wiki.example.com. In *.example.com vervangt het sterretje één deel van de naam.
sites-rules = Regels
sites-rules-hint = Eén per regel; de eerste die past beslist. Voorbeelden: /public/* anyone · /admin/* role=editor second-factor · /* user
sites-rule = Regel
sites-number = Nummer
sites-no-rules = Zonder regel wordt elk verzoek geweigerd.
sites-organization-hint = Voor haar leden tellen ook de rollen, groepen en rechten van deze organisatie.
sites-headers = Namen van headers
sites-headers-hint = Eén per regel, bijvoorbeeld user = X-WEBAUTH-USER: wat de toepassing krijgt, en de naam die zij leest. Er zijn user, groups, email, name en token, een JWT van één minuut dat zij kan controleren. Wat geen regel heeft, vervalt.
sites-raw = Headerwaarden in UTF-8
sites-raw-hint = Anders worden alle tekens behalve gewone met procenttekens gecodeerd.
sites-delete = Site verwijderen
sites-delete-question = Site verwijderen?
sites-delete-text = Alle verzoeken aan de hosts worden geweigerd.
sites-deleted = De site is verwijderd.
sites-check = Verzoek controleren
sites-check-text = Toont wat er met een verzoek gebeurt, en door welke regel. Er wordt geen verzoek verzonden.
sites-url = Adres
sites-url-hint = Bijvoorbeeld https://wiki.example.com/admin
sites-user-hint = Leeg: een bezoeker die niet is aangemeld
sites-method = Methode
sites-factor = Aangemeld met
sites-second-factor = Tweede factor
sites-allow = Toegestaan
sites-sign-in = Moet zich aanmelden
sites-asks-factor = Moet een tweede factor aantonen
sites-asks-passkey = Moet een passkey gebruiken
sites-deny = Geweigerd
sites-reason-no-rule = Geen regel past.
sites-reason-ambiguous = Met andere hoofdletters, of met of zonder schuine streep aan het einde, zou een andere regel passen.
sites-reason-rule = De regel weigert iedereen.
sites-reason-credential = De regel accepteert geen toegangstokens of API-sleutels.
sites-reason-not-allowed = De gebruiker heeft geen van de rollen, groepen en rechten van de regel.
sites-proxy-config = Proxyconfiguratie
sites-proxy-config-text = Voor een toepassing op http://127.0.0.1:8080; de opdracht doorward site proxy-config heeft opties voor andere adressen.
