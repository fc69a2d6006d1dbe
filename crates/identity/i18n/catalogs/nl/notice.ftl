### Security notices by mail.

notice-happened = Het kwam van { $device } op { $time }.
notice-happened-ip = Het kwam van { $device }, adres { $ip }, op { $time }.
notice-otherwise = Was jij dit, dan hoef je niets te doen. Zo niet, beveilig dan nu je account: de pagina logt andere apparaten uit en leidt naar een nieuw wachtwoord.
notice-button = Je account beveiligen

notice-factor-added-subject = Verificatie in twee stappen is ingeschakeld
notice-factor-added-text = Er is een authenticator-app toegevoegd aan je account op { $site }. Bij het inloggen wordt nu ook om de code daarvan gevraagd.
notice-factor-removed-subject = Verificatie in twee stappen is uitgeschakeld
notice-factor-removed-text = De authenticator-app en de herstelcodes zijn verwijderd uit je account op { $site }. Alleen het wachtwoord is nu genoeg om in te loggen.
notice-codes-made-subject = Er zijn nieuwe herstelcodes gemaakt
notice-codes-made-text = Er zijn nieuwe herstelcodes gemaakt voor je account op { $site }. De oude werken niet meer.
notice-code-used-subject = Er is een herstelcode gebruikt
notice-code-used-text = Er is een herstelcode gebruikt om in te loggen op je account op { $site }. { $count ->
    [one] Er is nog één code over.
   *[other] Er zijn nog { $count } codes over.
}
notice-code-used-few-text = Er is een herstelcode gebruikt om in te loggen op je account op { $site }. { $count ->
    [0] Er is er geen meer over.
    [one] Er is er nog maar één over.
   *[other] Er zijn er nog maar { $count } over.
} Maak nieuwe onder ‘Verificatie in twee stappen’ in je account.
notice-new-device-subject = Nieuwe login op je account
notice-new-device-text = Iemand heeft op je account op { $site } ingelogd met een apparaat dat niet eerder is gezien.
notice-locked-subject = Te veel mislukte inlogpogingen
notice-locked-text = Iemand heeft te vaak een verkeerd wachtwoord ingevoerd voor je account op { $site }. Wie vanaf een onbekend apparaat wil inloggen, moet nu { $count ->
    [one] één minuut wachten.
   *[other] { $count } minuten wachten.
} Voor apparaten die je eerder hebt gebruikt, verandert er niets.
notice-codes-locked-subject = Te veel verkeerde codes
notice-codes-locked-text = Iemand heeft op { $site } je wachtwoord ingevoerd en daarna te veel verkeerde codes. Voor de tweede stap moet je nu { $count ->
    [one] één minuut wachten.
   *[other] { $count } minuten wachten.
} Wie het ook was, diegene kent je wachtwoord.
notice-api-key-subject = Er is een API-sleutel gemaakt
notice-api-key-text = Er is een API-sleutel gemaakt voor je account op { $site }. Programma’s die hem hebben, kunnen namens jou handelen.
notice-disowned-subject = Je hebt activiteit in je account gemeld
notice-disowned-text = Iemand die is ingelogd op je account op { $site } heeft gemeld dat bepaalde activiteit niet van diegene was. De API-sleutels van het account zijn ingetrokken en links die eerder per e-mail zijn gestuurd, werken niet meer.
