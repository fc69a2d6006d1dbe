### The pages of the console that change many users at once, and that end chosen objects.

console-bulk-action = Met de gekozen gebruikers
console-bulk-choose = Kies wat er moet gebeuren
console-bulk-group = Aan een groep toevoegen
console-bulk-all-count = { $count ->
    [one] De ene passende kiezen
   *[other] Alle { $count } passende kiezen
}
console-bulk-all-matching = Alle passende kiezen
console-bulk-all-page = Alle op deze pagina kiezen
console-bulk-all-chosen = Alle passende gebruikers zijn gekozen, op elke pagina van de lijst.
console-bulk-single = Losse gebruikers kiezen
console-bulk-nothing = Kies er minstens één
console-bulk-no-action = Kies wat er met de gekozen gebruikers moet gebeuren
console-bulk-disable-question = Deze accounts uitschakelen?
console-bulk-disable-text = De gebruikers kunnen zich niet meer aanmelden en alle toegang van toepassingen eindigt nu. Namen, rollen en groepen blijven. Schakel de accounts weer in om het ongedaan te maken; ingetrokken toegang komt niet terug.
console-bulk-enable-question = Deze accounts inschakelen?
console-bulk-enable-text = De gebruikers kunnen zich weer aanmelden. Ingetrokken toegang komt niet terug. Schakel de accounts weer uit om het ongedaan te maken.
console-bulk-end-question = Alle sessies van deze gebruikers beëindigen?
console-bulk-end-text = Ze worden op elk apparaat afgemeld en moeten zich opnieuw aanmelden. De accounts blijven zoals ze zijn. Ook de toegang van toepassingen eindigt. Dit kan niet ongedaan worden gemaakt.
console-bulk-group-question = Deze gebruikers aan een groep toevoegen?
console-bulk-group-text = Ze krijgen de rollen van de groep, vanaf het volgende verzoek. Hun andere groepen en rollen blijven. Verwijder de leden uit de groep om het ongedaan te maken.
console-bulk-verify = E-mails als geverifieerd markeren
console-bulk-verify-question = De e-mails van deze gebruikers als geverifieerd markeren?
console-bulk-verify-text = De adressen gelden als geverifieerd en de gebruikers melden zich aan zonder link in een e-mail. Doe dit alleen als je weet dat de adressen van hen zijn. Open elke gebruiker om het ongedaan te maken.
console-bulk-domain = Domein van e-mails wijzigen
console-bulk-domain-question = Het domein van de e-mails van deze gebruikers wijzigen?
console-bulk-domain-text = E-mails in het oude domein gaan naar het nieuwe en blijven geverifieerd als ze dat waren. Een e-mail die een ander account heeft, wordt overgeslagen en vermeld. Wijzig het domein terug om het ongedaan te maken.
console-bulk-domain-from = Oud domein
console-bulk-domain-to = Nieuw domein
console-bulk-domain-invalid = Voer een ander domein in, zoals example.org
console-bulk-mail = Een bericht naar de vorige e-mail sturen
console-bulk-password = Nieuw wachtwoord eisen
console-bulk-password-question = Een nieuw wachtwoord van deze gebruikers eisen?
console-bulk-password-text = Met hun wachtwoorden kan niemand zich meer aanmelden. Elke gebruiker kiest via een link in een e-mail een ander, niet het vorige. Sessies, API-sleutels en de toegang van toepassingen eindigen, tenzij je ze behoudt. Gebruikers zonder wachtwoord blijven zoals ze zijn. Dit kan niet ongedaan worden gemaakt.
console-bulk-keep = Sessies, API-sleutels en de toegang van toepassingen behouden
console-bulk-password-mail = Elke gebruiker een bericht sturen
console-bulk-group-path = Groep
console-bulk-group-hint = Pad zoals /sales/north, of ID
console-bulk-group-unknown = Voer het pad of de ID van een groep in
console-bulk-skips = Je eigen account en accounts met meer rechten dan het jouwe worden overgeslagen.
console-bulk-later = Meer dan 50 gebruikers worden op de achtergrond gewijzigd. Je kunt dat volgen en stoppen.
console-bulk-chosen = Gekozen
console-bulk-users = { $count ->
    [one] Eén gebruiker
   *[other] { $count } gebruikers
}
console-bulk-many = Niet geteld: te veel accounts om te controleren
console-bulk-filter = Gefilterd op
console-bulk-progress = Voortgang
console-bulk-tried = { $count ->
    [one] Tot nu toe één gebruiker klaar
   *[other] Tot nu toe { $count } gebruikers klaar
}
console-bulk-done = Gewijzigd
console-bulk-failed = Niet gewijzigd
console-bulk-started = Begonnen
console-bulk-ended = Beëindigd
console-bulk-stopped = Gestopt
console-bulk-stop = Stoppen
console-bulk-stop-question = Deze wijziging stoppen?
console-bulk-stop-text = Gewijzigde gebruikers blijven gewijzigd.
console-bulk-stop-done = De wijziging is gestopt.
console-bulk-refresh = Vernieuwen
console-bulk-why-requested = Een beheerder heeft het gestopt
console-bulk-why-deleted = Het account van de beheerder is verwijderd
console-bulk-why-disabled = Het account van de beheerder is uitgeschakeld
console-bulk-why-permission = De beheerder heeft het recht niet
console-bulk-why-interrupted = De opdracht op de opdrachtregel is onderbroken
console-bulk-not-found = Dit account bestaat niet
console-bulk-error = Het is op deze server mislukt. Probeer het opnieuw.
console-chosen-nothing = Kies er minstens één
console-chosen-failed = Niet gedaan
console-chosen-gone = Het bestaat niet meer, of je kunt het niet zien.
console-chosen-used = Het is intussen gebruikt.
console-chosen-sessions = Gekozen sessies beëindigen
console-chosen-sessions-question = De gekozen sessies beëindigen?
console-chosen-sessions-text = De gebruikers worden op deze apparaten afgemeld en moeten zich opnieuw aanmelden. Ook de toegang van toepassingen eindigt. Het kan niet ongedaan worden gemaakt.
console-chosen-sessions-ended = { $count ->
    [one] Eén sessie is beëindigd.
   *[other] { $count } sessies zijn beëindigd.
}
console-chosen-sessions-failed = { $count ->
    [one] Eén sessie is niet beëindigd.
   *[other] { $count } sessies zijn niet beëindigd.
}
console-chosen-roles = Gekozen rollen intrekken
console-chosen-roles-question = De gekozen rollen intrekken?
console-chosen-roles-text = Wat de rollen toestaan, is vanaf het volgende verzoek niet meer toegestaan. Open de gebeurtenissen in het logboek om het ongedaan te maken.
console-chosen-roles-removed = { $count ->
    [one] Eén rol is ingetrokken.
   *[other] { $count } rollen zijn ingetrokken.
}
console-chosen-roles-failed = { $count ->
    [one] Eén rol is niet ingetrokken.
   *[other] { $count } rollen zijn niet ingetrokken.
}
console-chosen-apps = Gekozen toepassingen uitschakelen
console-chosen-apps-question = De gekozen toepassingen uitschakelen?
console-chosen-apps-text = Gebruikers kunnen zich niet meer bij deze toepassingen aanmelden en hun toegang eindigt. Je kunt ze weer inschakelen.
console-chosen-apps-ended = { $count ->
    [one] Eén toepassing is uitgeschakeld.
   *[other] { $count } toepassingen zijn uitgeschakeld.
}
console-chosen-apps-failed = { $count ->
    [one] Eén toepassing is niet uitgeschakeld.
   *[other] { $count } toepassingen zijn niet uitgeschakeld.
}
console-chosen-keys = Gekozen sleutels intrekken
console-chosen-keys-question = De gekozen sleutels intrekken?
console-chosen-keys-text = Programma’s die ze gebruiken, werken binnen een halve minuut niet meer. Dit kan niet ongedaan worden gemaakt.
console-chosen-keys-ended = { $count ->
    [one] Eén sleutel is ingetrokken.
   *[other] { $count } sleutels zijn ingetrokken.
}
console-chosen-keys-failed = { $count ->
    [one] Eén sleutel is niet ingetrokken.
   *[other] { $count } sleutels zijn niet ingetrokken.
}
console-chosen-accounts = Gekozen accounts uitschakelen
console-chosen-accounts-ended = { $count ->
    [one] Eén account is uitgeschakeld.
   *[other] { $count } accounts zijn uitgeschakeld.
}
console-chosen-accounts-failed = { $count ->
    [one] Eén account is niet uitgeschakeld.
   *[other] { $count } accounts zijn niet uitgeschakeld.
}
