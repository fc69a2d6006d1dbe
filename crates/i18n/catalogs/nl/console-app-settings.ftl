### Settings of apps in the administration console, and the impact of a change.

console-aspect-general = Over de app
console-aspect-redirects = Adressen
console-aspect-power = Wat zij kan krijgen
console-aspect-authentication = Hoe zij zich bewijst
console-aspect-protection = Wat vereist is
console-aspect-algorithms = Vorm en handtekeningen
console-aspect-consent = Toestemming van personen
console-aspect-logout = Afmelding
console-setting-profile = Beveiligingsprofiel
console-setting-serves = Diensten die zij levert
console-setting-format = Vorm van haar toegang
console-setting-audience = Ontvanger die haar bewijzen noemen
console-setting-claims = Profielgegevens bij aanmelding
console-setting-pkce = Eenmalig bewijs bij aanmelding
console-setting-origins = Sites waarvan scripts antwoorden mogen lezen
console-setting-dpop = Toegang is aan een sleutel gebonden
console-setting-bound = Toegang is aan het certificaat gebonden
console-setting-details = Soorten gedetailleerde toegang
console-setting-subject = Certificaat: volledige naam
console-setting-dns = Certificaat: hostnaam
console-setting-uri = Certificaat: adres
console-setting-ip = Certificaat: IP-adres
console-setting-email = Certificaat: e-mail
console-setting-par = Verzoeken worden vooraf verzonden
console-setting-signed = Verzoeken worden ondertekend
console-setting-requests = Adressen van ondertekende verzoeken
console-setting-keys = Openbare sleutels
console-setting-keys-url = Adres van de openbare sleutels
console-setting-id-alg = Handtekening van de aanmelding
console-setting-userinfo-alg = Handtekening van profielantwoorden
console-setting-answer-alg = Handtekening van antwoorden via de browser
console-setting-lookup-alg = Handtekening van antwoorden over toegang
console-setting-sector = Host waarvan de apps de ID’s van personen delen
console-setting-backchannel = Adres voor meldingen van een afmelding
console-setting-backchannel-session = Deze meldingen noemen de sessie
console-setting-frontchannel = Pagina die de browser bij afmelding laadt
console-setting-frontchannel-session = Deze pagina krijgt de sessie
console-setting-exchange = Diensten waarvoor zij toegang mag krijgen
console-setting-impersonation = Mag handelen als de persoon
console-setting-optional = Toegang die personen kunnen weglaten
console-setting-consent-days = Dagen tot personen opnieuw worden gevraagd
console-setting-publisher = Uitgever
console-setting-fixed = Vastgelegd door { $rule }
console-setting-invalid = Niet mogelijk: { $reason }
console-setting-required = Dit kan worden vervangen, niet verwijderd
console-setting-one = Vul slechts een van deze in
console-setting-days-invalid = Voer een aantal dagen in
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
console-impact-users = Personen met toegang nu
console-impact-sessions = Hun open sessies
console-impact-grants = Verleende toegang in totaal
console-impact-refresh = Daarvan te vernieuwen zonder aanmelding
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
console-also-as-text = Toont wat u hierboven hebt gewijzigd, zonder het op te slaan.
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
