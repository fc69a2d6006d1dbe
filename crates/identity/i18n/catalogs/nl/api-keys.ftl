### API keys: their list, the form for a new one, the key itself.

api-keys-title = API-sleutels
api-keys-text = Met een API-sleutel kan een programma van jou namens jou werken. Behandel hem als een wachtwoord.
api-keys-none = Je hebt geen API-sleutels.
api-keys-active = { $count } actief
api-keys-new = Een API-sleutel maken
api-keys-revoked = De sleutel werkt niet meer.
api-keys-gone = Die sleutel bestaat niet meer.
api-key-revoke = Intrekken
api-key-revoke-label = De sleutel { $name } intrekken
api-key-made = gemaakt op
api-key-ends = Geldig tot
api-key-used = laatst gebruikt
api-key-used-from = vanaf
api-key-never-used = nooit gebruikt
api-key-only-from = Alleen vanaf
api-key-org = Namens

new-key-title = Een API-sleutel maken
new-key-text = Geef hem niet meer dan nodig is, en niet langer dan nodig is.
new-key-name = Naam
new-key-name-hint = Waar is hij voor? Alleen jij ziet dit.
new-key-scopes = Wat mag hij doen?
new-key-no-scopes = Je mag nog niets wat een sleutel zou kunnen doen. Vraag het de beheerders van deze site.
new-key-expires = Geldig tot
new-key-expires-hint = Een datum binnen een jaar.
new-key-networks = Alleen vanaf deze IP-adressen
new-key-networks-hint = Laat leeg om alle adressen toe te staan. Scheid meerdere met spaties: 192.0.2.7 198.51.100.0/24
new-key-submit = Sleutel maken
new-key-name-missing = Voer een naam in
new-key-name-long = Voer een kortere naam in
new-key-name-invalid = Voer een naam zonder speciale tekens in
new-key-scopes-missing = Kies wat de sleutel mag doen
new-key-scopes-not-held = Dat mag je zelf niet allemaal
new-key-expires-invalid = Voer een datum in, zoals { $date }
new-key-expires-past = Voer een datum in de toekomst in
new-key-expires-late = Voer een datum binnen een jaar in
new-key-network-invalid = ‘{ $network }’ is geen adres of netwerk
new-key-networks-many = Voer minder adressen in
new-key-too-many = Je hebt het maximale aantal sleutels per persoon. Trek er een in die je niet meer nodig hebt.

key-made-title = Je nieuwe API-sleutel
key-made-text = Kopieer hem nu. Hij wordt niet opnieuw getoond.
key-made-use = Stuur hem mee in deze header:
key-made-done = Ik heb de sleutel bewaard

revoke-key-title = Deze sleutel intrekken?
revoke-key-text = Programma’s die hem gebruiken, werken binnen een halve minuut niet meer. Dit kan niet ongedaan worden gemaakt.
revoke-key-submit = Intrekken
revoke-key-cancel = Behouden

activity-api-key-denied = Poging om een API-sleutel te maken die meer mag dan jij
activity-api-key-used-again = Er is een API-sleutel gebruikt
activity-api-key-refused = Een API-sleutel is geweigerd
