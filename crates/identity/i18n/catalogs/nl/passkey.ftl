### Passkeys: signing in with a fingerprint, a face or the PIN of a device.

passkey-use = Een passkey gebruiken
passkey-needs = Sta JavaScript toe om een passkey (vingerafdruk, gezicht of pincode van je apparaat) te gebruiken.
passkey-rejected = Die passkey is niet geaccepteerd. Probeer het opnieuw of log op een andere manier in.
passkey-changed = Je apparaat meldt nu een ander soort passkey dan toen je hem toevoegde. Log op een andere manier in, verwijder hem uit je account en voeg hem opnieuw toe.
passkey-failed = Je browser of wachtwoordbeheerder kon de passkey niet gebruiken. Probeer het opnieuw of kies een ander apparaat of een andere wachtwoordbeheerder.
passkey-known = Dit apparaat of deze wachtwoordbeheerder heeft al een passkey voor je account.
passkey-recommended = Aanbevolen
passkey-synced = Gesynchroniseerd
passkey-device = Op één apparaat
passkey-made = toegevoegd op
passkey-used = Laatst gebruikt
passkey-unused = Nog niet gebruikt
passkey-suspected = Misschien is er een kopie van deze passkey. Verwijder hem en voeg een nieuwe toe.
passkey-change = Naam wijzigen of verwijderen
passkey-change-label = Naam wijzigen of verwijderen: { $name }
passkey-name = Naam
passkey-rename = Naam wijzigen
passkey-remove = Verwijderen

second-passkey-title = Bevestig dat jij het bent

passkeys-title = Passkeys
passkeys-text = Log in met je vingerafdruk, je gezicht of de pincode van je apparaat in plaats van een wachtwoord.
passkeys-none = Je hebt nog geen passkey.
passkeys-count = { $count ->
    [0] Geen
    [one] { $count } passkey
   *[other] { $count } passkeys
}
passkeys-add = Een passkey toevoegen
passkeys-confirm = Opnieuw inloggen om er een toe te voegen
passkeys-full = Je hebt het maximale aantal passkeys per account.
passkeys-added = De passkey is toegevoegd.
passkeys-renamed = De passkey heeft zijn nieuwe naam.
passkeys-removed = De passkey is verwijderd. Verwijder hem ook van je apparaat.
passkeys-rejected = Die passkey kon niet worden toegevoegd. Probeer het opnieuw.
passkeys-bad-name = Gebruik een naam van 1 tot 60 tekens
passkeys-only-way = Deze passkey is je enige manier om in te loggen. Stel eerst een wachtwoord in of voeg nog een passkey toe.
passkeys-only-factor = Je account heeft verificatie in twee stappen nodig. Voeg eerst nog een passkey of een authenticator-app toe.

activity-passkey-failed = Inloggen met een passkey is mislukt
activity-passkey-stepped-up = Opnieuw ingelogd met een passkey
activity-passkey-added = Er is een passkey toegevoegd
activity-passkey-removed = Er is een passkey verwijderd

notice-passkey-added-subject = Er is een passkey toegevoegd
notice-passkey-added-text = Er is een passkey toegevoegd aan je account op { $site }. Wie hem heeft, kan zonder het wachtwoord inloggen.
notice-passkey-removed-subject = Er is een passkey verwijderd
notice-passkey-removed-text = Er is een passkey verwijderd uit je account op { $site }. Je kunt er niet meer mee inloggen.
passkey-offer = Sneller inloggen: met je vingerafdruk, je gezicht of de pincode van je apparaat.
passkey-later = Niet nu

mail-passkey-subject = Voeg een passkey toe aan je account
mail-passkey-text = De beheerder van { $site } vraagt je een passkey aan je account toe te voegen. Open de link op het apparaat dat hem moet bewaren: daar log je dan in met je vingerafdruk, gezicht of de pincode van je apparaat.
