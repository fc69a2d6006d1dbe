### What happened in an account, and what to do about what was somebody else.

activity-title = Recente activiteit
activity-text = Wat er de afgelopen 90 dagen in je account is gebeurd.
activity-see-all = Alle activiteit bekijken
activity-filter = Tonen
activity-all = Alles
activity-topic-sign-in = Inloggen
activity-topic-security = Beveiliging
activity-topic-apps = Apps
activity-topic-account = Account
activity-nothing = Hier is niets gebeurd.
activity-newest = Nieuwste
activity-older = Ouder
activity-not-me = Dit was ik niet
activity-not-me-label = Dit was ik niet: { $what }
activity-an-app = een app

activity-login = Ingelogd
activity-login-failed = Inloggen mislukt: verkeerd wachtwoord
activity-login-locked = Inloggen moet wachten na te veel verkeerde wachtwoorden
activity-first-step = Het wachtwoord klopte; om de code is gevraagd
activity-stepped-up = Opnieuw ingelogd met een code
activity-factor-failed = Een code was onjuist
activity-factor-added = Verificatie in twee stappen is ingeschakeld
activity-factor-removed = Verificatie in twee stappen is uitgeschakeld
activity-codes-made = Er zijn nieuwe herstelcodes gemaakt
activity-code-used = Er is een herstelcode gebruikt
activity-logout = Uitgelogd
activity-session-ended = Een ander apparaat is uitgelogd
activity-disowned = Je hebt activiteit gemeld die niet van jou was
activity-registered = Het account is gemaakt
activity-register-known = Iemand probeerde een account te maken met jouw e-mailadres
activity-user-changed = Een beheerder heeft je account gewijzigd
activity-user-changed-other = Je hebt een ander account gewijzigd
activity-by-admin = door een beheerder
activity-consent = Je hebt { $app } toegang gegeven
activity-consent-denied = Je hebt { $app } toegang geweigerd
activity-consent-revoked = Je hebt de toegang van { $app } verwijderd
activity-access-denied = Toegang is geweigerd: niet toegestaan
activity-api-key = Er is een API-sleutel gemaakt
activity-api-key-used = Een API-sleutel is voor het eerst gebruikt
activity-api-key-revoked = Er is een API-sleutel verwijderd
activity-proof-replayed = Een bewijs dat { $app } al had gebruikt, werd opnieuw aangeboden en geweigerd
activity-misused = { $app } gebruikte een oude login opnieuw, dus de toegang is beëindigd
activity-app-signed-out = De toegang van { $app } is beëindigd
activity-app-exchanged = { $app } heeft de toegang geruild voor een beperktere
activity-app-asserted = { $app } kreeg toegang op het woord van een andere uitgever
activity-app-told = { $app } heeft bericht gekregen dat je bent uitgelogd
activity-app-not-told = { $app } kon geen bericht krijgen dat je bent uitgelogd
activity-app-changed = Je hebt de instellingen van een app gewijzigd
activity-role-changed = Je rollen zijn gewijzigd
activity-role-changed-other = Je hebt rollen gewijzigd
activity-group-changed = Je hebt een groep gewijzigd
activity-organization-changed = Je hebt een organisatie gewijzigd
activity-key-changed = Je hebt de sleutels van de server gewijzigd
activity-system-changed = Je hebt de werking van de server gewijzigd
activity-audit-exported = Je hebt gebeurtenissen uit het auditlogboek gedownload
activity-users-exported = Je hebt de lijst met gebruikers geëxporteerd
activity-list-exported = Je hebt een lijst met gegevens van gebruikers geëxporteerd
activity-email-verified = Je e-mailadres is bevestigd
activity-email-requested = Er is een nieuw e-mailadres aangevraagd
activity-email-refused = Een nieuw e-mailadres is geweigerd: verkeerd wachtwoord
activity-email-changed = Je e-mailadres is gewijzigd
activity-email-undone = Een wijziging van je e-mailadres is teruggedraaid
activity-reset-requested = Er is een nieuw wachtwoord aangevraagd
activity-reset = Er is per e-mail een nieuw wachtwoord ingesteld
activity-password-changed = Het wachtwoord is gewijzigd
activity-password-refused = Het wachtwoord is niet gewijzigd: verkeerd wachtwoord
activity-profile = Het profiel is gewijzigd
activity-profile-field = Je hebt een veld van de profielen gewijzigd
activity-exported = Er is een kopie van je gegevens opgehaald
activity-deletion = Het account wordt verwijderd
activity-deletion-cancelled = Het account blijft toch bestaan
activity-deleted = Het account is verwijderd
activity-setup = De eerste beheerder is aangemaakt

secure-step = Stap { $count } van 3
secure-title = Je account beveiligen
secure-text = Als iemand anders in je account was, log die dan eerst uit. Hier blijf je ingelogd. Je API-sleutels worden ingetrokken en links die je per e-mail kreeg, werken niet meer; maak nieuwe als je ze nodig hebt.
secure-end-others = Overal elders uitloggen
secure-password-title = Kies een nieuw wachtwoord
secure-password-text = Wie in je account was, kent misschien je wachtwoord. Met een nieuw wachtwoord komt diegene er niet meer in.
secure-skip = Niet nu
secure-review-title = Kijk even rond
secure-review-text = Controleer of iemand anders hier iets heeft achtergelaten.
secure-apps = { $count ->
    [0] Geen enkele app heeft toegang.
    [one] Eén app heeft toegang.
   *[other] { $count } apps hebben toegang.
}
secure-look = Bekijken
secure-done = Klaar

# Days, support codes, and changes by administrators.
activity-from = Eerste dag (UTC)
activity-to = Laatste dag (UTC)
activity-reason = Reden: { $reason }
activity-support-code = Je hebt een supportcode gemaakt
activity-support-code-used = Je supportcode is gebruikt
activity-admin-created = Een beheerder heeft je account aangemaakt
activity-admin-disabled = Een beheerder heeft je account uitgeschakeld
activity-admin-enabled = Een beheerder heeft je account ingeschakeld
activity-admin-unlocked = Een beheerder heeft de wachttijd van je account beëindigd
activity-admin-password = Een beheerder heeft je wachtwoord opnieuw ingesteld
activity-admin-passkey = Een beheerder heeft je een link gemaild om een passkey toe te voegen
activity-admin-verified = Een beheerder heeft je e-mailadres bevestigd
activity-admin-email = Een beheerder heeft je e-mailadres gewijzigd
