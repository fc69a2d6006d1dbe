### Error pages: what happened, and why.

error-expired = Deze inlogpoging is verlopen
error-expired-text = Je bent te lang geleden begonnen. Begin opnieuw, dan kom je waar je naartoe wilde.
error-finished = Je bent al ingelogd
error-finished-text = Deze inlogpoging is al afgerond. Op deze pagina hoef je niets meer te doen.
error-browser = Deze pagina hoort bij een andere browser
error-browser-text = Inloggen moet eindigen in de browser waarin het begon. Controleer of cookies zijn toegestaan en begin opnieuw.
error-stale = Deze pagina is te oud
error-stale-text = Hij heeft lang opengestaan, of je bent intussen in- of uitgelogd. Open hem opnieuw.
error-app = Deze app is hier niet bekend
error-app-text = De app die je hierheen stuurde, is niet geregistreerd of is uitgeschakeld.
error-redirect = Deze app stuurde een verkeerd retouradres
error-redirect-text = Het adres om je naar terug te sturen is niet geregistreerd voor de app. Voor je veiligheid stoppen we hier.
error-app-request = Deze app stuurde een verzoek dat we niet kunnen lezen
error-app-request-text = Er ontbreekt iets in het verzoek van de app, of iets is niet toegestaan.
error-used = Deze inlogpoging is al gebruikt
error-used-text = De app mag zijn inlogverzoek maar één keer gebruiken. Ga terug naar de app en begin opnieuw.
error-request = We konden dat verzoek niet lezen
error-request-text = Er ontbreekt iets, of iets is niet toegestaan. Ga terug en probeer het opnieuw.
error-forbidden = Je mag deze pagina niet openen
error-forbidden-text = Je account heeft de benodigde machtiging niet.
error-not-found = Hier is geen pagina
error-not-found-text = Misschien is het adres verkeerd getypt of is de pagina verplaatst.
error-method = Dat werkt hier niet
error-method-text = Dit adres kan niet op die manier worden gebruikt.
error-large = Dat is te veel tegelijk
error-large-text = Wat is verstuurd, is groter dan deze pagina accepteert.
error-slow = Dat duurde te lang
error-slow-text = Niet alles wat is verstuurd, kwam op tijd aan. Er is niets gewijzigd. Controleer je verbinding en verstuur het opnieuw.
error-media = We konden dat formulier niet lezen
error-media-text = Het is verstuurd in een formaat dat deze pagina niet accepteert.
error-many = Te veel verzoeken
error-many-text = { $minutes ->
    [one] Wacht een minuut en probeer het opnieuw.
   *[other] Wacht { $minutes } minuten en probeer het opnieuw.
}
error-setup = De installatie vraagt een link
error-setup-text = Voer “doorward admin open” uit op de server om er een te krijgen. Een link werkt één keer en maar korte tijd.
error-closed = Je kunt hier geen account maken
error-closed-text = De beheerders van deze site maken de accounts aan. Vraag hen om een account.
error-internal = Er ging iets mis aan onze kant
error-internal-text = Er is niets verloren. Probeer het opnieuw; blijft het zo, stuur ons dan de gegevens hieronder.
error-read-only = Nu geen wijzigingen
error-read-only-text = { $minutes ->
    [one] Over een minuut zijn wijzigingen weer mogelijk. Er is nu niets gewijzigd.
   *[other] Over { $minutes } minuten zijn wijzigingen weer mogelijk. Er is nu niets gewijzigd.
}
error-away = We zijn zo terug
error-away-text = { $minutes ->
    [one] Een deel van deze dienst is even niet beschikbaar. Probeer het over een minuut opnieuw.
   *[other] Een deel van deze dienst is even niet beschikbaar. Probeer het over { $minutes } minuten opnieuw.
}

error-tell-app = Geef de gegevens hieronder door aan de ontwikkelaar van { $app }.
error-tell = Geef de gegevens hieronder door aan de ontwikkelaar van de app.
error-details = Details
error-code = Code
error-description = Reden
error-received = Ontvangen adres
error-time = Tijd
error-request-id = Verzoek

next-sign-in = Opnieuw beginnen
next-account = Naar je account
next-retry = Opnieuw proberen
next-app = Terug naar de app

error-link = Deze link werkt niet meer
error-link-text = Hij is al gebruikt, hij is te oud of er is een nieuwere gestuurd. Vraag een nieuwe aan.
