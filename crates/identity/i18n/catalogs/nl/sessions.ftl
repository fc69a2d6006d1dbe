### Devices and sessions.

sessions-end-others = Overal elders uitloggen
sessions-others-ended = Alle andere apparaten zijn uitgelogd.

ended-title = Waarom is mijn sessie beëindigd?
ended-list-title = Beëindigde sessies
ended-list-text = Waar je was ingelogd, en waarom dat niet meer zo is.
ended-none = Er is de laatste tijd geen sessie beëindigd.
ended-idle = Ze is te lang niet gebruikt.
ended-expired = Ze heeft zo lang geduurd als een sessie mag duren.
ended-signed-out = Je bent daar uitgelogd.
ended-replaced = Een andere aanmelding in dezelfde browser nam haar plaats in.
ended-password = Het wachtwoord is gewijzigd of opnieuw ingesteld.
ended-administrator = Een beheerder heeft haar beëindigd.
ended-owner = Je hebt haar vanaf een ander apparaat beëindigd.
ended-factor = Verificatie in twee stappen is gewijzigd.
ended-reuse = Een van haar sleutels is twee keer gebruikt. Ze is beëindigd om je te beschermen.
ended-too-many = Het account had te veel sessies. De oudste zijn beëindigd.
