### Settings of apps in the administration console, and the impact of a change.

console-aspect-consent = Toestemming
console-setting-profile = Beveiligingsprofiel
console-setting-serves = Resources van deze client (mag introspectie doen)
console-setting-format = Indeling van het toegangstoken
console-setting-audience = Doelgroep van clientasserties
console-setting-claims = Claims in het ID-token
console-setting-pkce = PKCE
console-setting-origins = Toegestane CORS-origins
console-setting-dpop = DPoP-gebonden toegangstokens
console-setting-bound = Certificaatgebonden toegangstokens
console-setting-details = Typen autorisatiedetails
console-setting-subject = Certificaat: onderwerp-DN
console-setting-dns = Certificaat: DNS-naam
console-setting-uri = Certificaat: URI
console-setting-ip = Certificaat: IP-adres
console-setting-email = Certificaat: e-mail
console-setting-par = Gepushte autorisatieverzoeken (PAR)
console-setting-signed = Ondertekende verzoekobjecten (JAR)
console-setting-requests = URI’s van verzoekobjecten
console-setting-keys = Openbare sleutels (JWKS)
console-setting-keys-url = JWKS-URI
console-setting-id-alg = Ondertekeningsalgoritme van het ID-token
console-setting-userinfo-alg = Ondertekeningsalgoritme van UserInfo
console-setting-answer-alg = Ondertekeningsalgoritme van het autorisatieantwoord
console-setting-lookup-alg = Ondertekeningsalgoritme van introspectie
console-setting-sector = Sectoridentificatie
console-setting-backchannel = Back-channel-afmeld-URI
console-setting-backchannel-session = Back-channel-afmelding: sessie-ID vereist
console-setting-frontchannel = Front-channel-afmeld-URI
console-setting-frontchannel-session = Front-channel-afmelding: sessie-ID vereist
console-setting-ping = CIBA-meldingsadres
console-setting-exchange = Tokenuitwisseling: toegestane doelgroepen
console-setting-impersonation = Imitatie door tokenuitwisseling
console-setting-optional = Optionele scopes
console-setting-publisher = Uitgever
console-setting-fixed = Vastgelegd door { $rule }
console-setting-unused = Een toepassing van dit soort gebruikt deze instelling niet. Maak het veld leeg of kies de standaard om de waarde te verwijderen.
console-setting-invalid = Niet mogelijk: { $reason }
console-setting-required = Dit kan worden vervangen, niet verwijderd
console-setting-one = Vul slechts een van deze in
console-setting-keys-invalid = Voer een JSON-object met de sleutels in
console-choice-none = Geen
console-choice-required = Verplicht
console-choice-auto = Automatisch
console-choice-optional = Optioneel
console-effect = Gevolg
console-effect-weaker = Minder beschermd
console-effect-stronger = Beter beschermd
console-effect-neutral = Gewijzigd
console-app-review = Deze wijzigingen opslaan?
console-app-review-text = Ze gaan over wat de app kan krijgen of hoe zij beschermd is. Controleer ze eerst.
console-change-again = Terug naar het formulier
console-impact-users = Gebruikers met toegang
console-impact-sessions = Hun open sessies
console-impact-grants = Verleende toegang in totaal
console-impact-refresh = Daarvan met vernieuwingstoken
console-impact-delay = Geldt overal na
console-app-logo = Logo
console-app-logo-now = Huidig logo
console-app-logo-hint = PNG, JPEG, GIF of WebP, maximaal 2 MB. Het wordt vierkant bijgesneden. De pagina die om toestemming vraagt toont het, maar niet bij toepassingen die zichzelf hebben geregistreerd.
console-app-logo-saved = Het logo is opgeslagen.
console-app-logo-remove = Logo verwijderen
console-app-logo-remove-question = Het logo van deze toepassing verwijderen?
console-app-logo-remove-text = De pagina’s tonen in plaats daarvan de eerste letter van de naam van de toepassing.
console-app-logo-removed = Het logo is verwijderd.
console-also-as = Als opdracht, aanroep of bestand
console-also-as-text = Toont wat je hierboven hebt gewijzigd, zonder het op te slaan.
console-also-as-show = Teksten tonen
console-also-command = Opdrachtregel
console-also-call = Aanroep van de beheer-API
console-also-file = Bestand { $name }
console-impact-seconds = { $count ->
    [one] Eén seconde
   *[other] { $count } seconden
}
console-impact-minutes = { $count ->
    [one] Eén minuut
   *[other] { $count } minuten
}
