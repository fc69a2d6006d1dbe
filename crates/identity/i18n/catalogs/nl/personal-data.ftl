### A copy of one's data, and the end of the account.

data-title = Je gegevens
data-prove-text = Om je gegevens te downloaden of je account te verwijderen, moet je kort geleden hebben bewezen dat jij het bent. Dat geldt dan 15 minuten.
data-prove = Bevestigen dat jij het bent
data-export-title = Je gegevens downloaden
data-export-text = Alles wat we van je weten, in één JSON-bestand: account, profiel, foto, sessies, apps, rollen en activiteit. Wachtwoorden en geheimen staan er niet in.
data-export-submit = Downloaden
data-delete-title = Je account verwijderen
data-delete-grace = { $days ->
    [one] Alle apps en apparaten worden meteen uitgelogd. Eén dag later is het account voorgoed weg; tot dan kun je inloggen en het behouden.
   *[other] Alle apps en apparaten worden meteen uitgelogd. { $days } dagen later is het account voorgoed weg; tot dan kun je inloggen en het behouden.
}
data-delete-soon = Alle apps en apparaten worden meteen uitgelogd. Binnen een dag is het account voorgoed weg; tot dan kun je inloggen en het behouden.
data-name-label = Typ je gebruikersnaam ({ $name }) om het account te verwijderen
data-name-missing = Typ je gebruikersnaam om het account te verwijderen
data-name-other = Dit is niet je gebruikersnaam
data-last-administrator = Niemand anders beheert deze site. Wijs eerst een andere beheerder aan.
data-last-owner = Niemand anders is eigenaar van de organisatie { $name }. Wijs eerst een andere eigenaar aan.
data-delete-submit = Mijn account verwijderen
leaving-title = Je account wordt verwijderd op { $day }
leaving-account = Account:
leaving-text = Tot dan kan niemand het gebruiken en heeft geen enkele app er toegang toe. Heb je je bedacht, behoud het dan.
leaving-keep = Mijn account behouden
account-kept = Je account blijft bestaan. Log opnieuw in bij je apps.
