### Wat een app in detail vraagt (RFC 9396).

details-actions = De app mag
details-datatypes = Welke gegevens
details-privileges = Met de rechten
details-identifier = Alleen voor
details-locations = Waar
details-yes = ja
details-no = nee

scope-openid-why = Zodat de app u herkent als u terugkomt.
scope-profile-why = Zodat de app u bij naam kan begroeten.
scope-email-why = Zodat de app u kan schrijven.
scope-phone-why = Zodat de app u kan bellen of berichten kan sturen.
scope-address-why = Zodat de app u iets kan toesturen.
scope-offline-why = Zodat de app blijft werken als u er niet bent.
scope-groups-why = Zodat de app op grond van uw groepen kan bepalen wat u er mag.
scope-roles-why = Zodat de app op grond van uw rollen kan bepalen wat u er mag.
scope-read-why = De app kan kijken, maar niets veranderen.
scope-write-why = Wat de app toevoegt of wijzigt, gebeurt in uw naam.
scope-delete-why = Wat de app verwijdert, is misschien voorgoed weg.
scope-all-why = Daar hoort ook bij wat van anderen is.

mail-approve-subject = Iemand vraagt om uw goedkeuring
mail-approve-text = { $app } vraagt bij { $site } om uw goedkeuring. Het verzoek wacht hoogstens tien minuten.
mail-approve-button = Verzoek bekijken
approve-compare = Ga alleen verder als u deze woorden ziet waar het begon:
approve-yourself = Ga alleen verder als u dit verwacht, van iemand die u kent.
approve-allowed = U hebt goedgekeurd
approve-allowed-text = { $app } gaat nu verder. U kunt deze pagina sluiten.
approve-refused = U hebt geweigerd
