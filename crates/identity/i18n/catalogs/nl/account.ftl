### Consent and the account page.

consent-title = { $app } vraagt om toegang
consent-this-computer = Een app op deze computer
consent-this-device = Een app op dit apparaat:
consent-unverified = Niet geverifieerd door { $site }. Ga alleen verder als je deze app kent en dit zelf bent begonnen.
consent-published = Alleen bekend via het adres:
consent-answer = Wat je toestaat, gaat naar:
consent-posing = Elk programma op deze computer kan zich voordoen als deze app.
consent-wants = De app wil graag
consent-until-removed = De toegang blijft gelden tot die wordt verwijderd. Je vindt de app in je account onder ‘Gekoppelde apps’.
consent-until = De toegang geldt tot { $date }. Je kunt die eerder beëindigen in je account onder ‘Gekoppelde apps’.
consent-publisher = van { $name }
consent-optional = Alleen als je het aanvinkt:
consent-kept = Wat de app al mag
consent-policy = Privacy
consent-terms = Voorwaarden
consent-allow = Toestaan
consent-deny = Annuleren

scope-sensitive = Gevoelig
scope-new = Nieuw
scope-openid = Weten wie je bent wanneer je inlogt
scope-profile = Je naam en gebruikersnaam zien
scope-email = Je e-mailadres zien
scope-phone = Je telefoonnummer zien
scope-address = Je postadres zien
scope-offline = Toegang houden terwijl je er niet bent
scope-groups = Zien bij welke groepen je hoort
scope-roles = Je rollen zien
scope-tasks-read = Je taken zien
scope-tasks-write = Je taken maken en wijzigen
scope-tasks-delete = Je taken verwijderen
scope-tasks-read-all = De taken van iedereen zien
scope-tasks-write-all = De taken van iedereen wijzigen
scope-tasks-delete-all = De taken van iedereen verwijderen
scope-other = ‘{ $scope }’ gebruiken

account-title = Je account
account-administration = Beheer
account-greeting = Hallo { $name }
account-profile = Profiel
account-roles = Rollen
account-created = Lid sinds
account-password-changed = Wachtwoord gewijzigd
account-sessions = Apparaten en sessies
account-apps = Gekoppelde apps
account-no-apps = Geen enkele app heeft toegang tot je account.
account-welcome = Je account is klaar.
account-session-ended = Die sessie is uitgelogd.
account-app-removed = De app heeft geen toegang meer.
session-current = Dit apparaat
session-seen = Laatst gebruikt
session-since = ingelogd op
session-end = Uitloggen
session-end-label = Uitloggen op { $device }
app-since = Toegang sinds
app-until = tot
app-scopes = { $count ->
    [one] { $count } machtiging
   *[other] { $count } machtigingen
}
app-remove = Verwijderen
app-remove-label = De toegang van { $app } verwijderen
device-on = { $browser } op { $system }
device-unknown = Onbekend apparaat

# The navigation, the sign-in methods, and the organizations.
account-sign-in = Inloggen
account-sign-in-text = Hoe je inlogt en wat je account beschermt.
account-not-set = Niet ingesteld
account-safe = Je account is goed beschermd.
account-one-factor = Voeg een tweede manier van inloggen toe.
account-invitations = Uitnodigingen
account-invited = { $organization } nodigt je uit om mee te doen.
account-all-devices = Alle apparaten
account-access = Toegang tot je account
account-apps-text = Apps die je account mogen gebruiken. Verwijder wat je niet meer nodig hebt.
orgs-text = Organisaties waar je bij hoort, en je rollen daar.
orgs-none = Je hoort bij geen enkele organisatie.
orgs-leave = Verlaten
orgs-leave-label = { $organization } verlaten
orgs-leave-title = { $organization } verlaten?
orgs-leave-text = Je verliest daar je groepen en rollen, en je API-sleutels ervoor werken niet meer. Om terug te komen heb je een uitnodiging nodig.
orgs-left = Je hebt de organisatie verlaten.
orgs-last-owner = Je bent de enige eigenaar. Een ander lid moet eigenaar worden voordat je kunt vertrekken.

# The check-up and the support code.
check-up-title = Beveiligingscontrole
check-up-text = Bekijk wat er de laatste 30 dagen in je account gebeurde, de ene gebeurtenis na de andere.
check-up-start = Recente activiteit controleren
check-up-left = { $count ->
    [one] Eén gebeurtenis te controleren.
   *[other] { $count } gebeurtenissen te controleren.
}
check-up-yes = Ja, dat was ik
check-up-known = Ja, dat weet ik
check-up-no = Nee, dat was ik niet
check-up-nothing = Er is niets te controleren.
support-code-title = Supportcode
support-code-text = Lees deze code voor als je support om hulp vraagt. Daarmee zien zij je account, en krijgen ze geen rechten.
support-code-lasts = De code werkt één keer, binnen 15 minuten.
support-code-consents = Lees deze code voor als je support om hulp vraagt. Daarmee zien zij je account, en mogen ze enkele minuten namens jou werken in één app. Je krijgt daar een mail over.
support-code-make = Code maken
support-code-again = Nog een code maken
