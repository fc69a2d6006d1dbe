### Wat een app in detail vraagt (RFC 9396).

details-actions = De app mag
details-datatypes = Welke gegevens
details-privileges = Met de rechten
details-identifier = Alleen voor
details-locations = Waar
details-yes = ja
details-no = nee

scope-openid-why = Zodat de app je herkent als je terugkomt.
scope-profile-why = Zodat de app je bij naam kan begroeten.
scope-email-why = Zodat de app je kan schrijven.
scope-phone-why = Zodat de app je kan bellen of berichten kan sturen.
scope-address-why = Zodat de app je iets kan toesturen.
scope-offline-why = Zodat de app blijft werken als je er niet bent.
scope-groups-why = Zodat de app op grond van je groepen kan bepalen wat je er mag.
scope-roles-why = Zodat de app op grond van je rollen kan bepalen wat je er mag.
scope-read-why = De app kan kijken, maar niets veranderen.
scope-write-why = Wat de app toevoegt of wijzigt, gebeurt in je naam.
scope-delete-why = Wat de app verwijdert, is misschien voorgoed weg.
scope-all-why = Daar hoort ook bij wat van anderen is.

mail-approve-subject = Iemand vraagt om je goedkeuring
mail-approve-text = { $app } vraagt bij { $site } om je goedkeuring. Het verzoek wacht hoogstens tien minuten.
mail-approve-button = Verzoek bekijken
approve-compare = Ga alleen verder als je deze woorden ziet waar het begon:
approve-yourself = Ga alleen verder als je dit verwacht, van iemand die je kent.
approve-allowed = Je hebt goedgekeurd
approve-allowed-text = { $app } gaat nu verder. Je kunt deze pagina sluiten.
approve-refused = Je hebt geweigerd
