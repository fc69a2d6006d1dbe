### Connecting a device that has no browser of its own.

device-title = Een apparaat koppelen
device-text = Voer de code in die je apparaat toont.
device-code = Code
device-code-hint = Acht letters, zoals WDJB-MJHT.
device-compare-filled = Ga alleen verder als je apparaat precies deze code toont.
device-missing = Voer de code in
device-wrong = Die code klopt niet of is verlopen. Kijk nog eens op je apparaat.
device-another = Op een ander apparaat
device-compare = Ga alleen verder als je deze code op je apparaat ziet:
device-started = Begonnen:
device-allowed = Je apparaat is gekoppeld
device-allowed-text = { $app } heeft nu toegang. Ga terug naar je apparaat. Je kunt deze pagina sluiten.
device-refused = Je apparaat is niet gekoppeld
device-refused-text = { $app } heeft geen toegang. Je kunt deze pagina sluiten.
