### Sites behind a proxy.

sites-page-denied = U mag deze pagina niet openen
sites-page-denied-text = U bent ingelogd, maar u hebt geen toegang. Geef de ID hieronder aan uw beheerder als u die nodig hebt.
sites-page-weak = Een sterkere aanmelding is nodig
sites-page-weak-text = Deze pagina vereist een recente aanmelding, een tweede factor of een passkey, en uw aanmelding had dat niet.
sites-page-failed = Het inloggen is niet voltooid
sites-page-failed-text = Het duurde te lang, begon in een andere browser of is geannuleerd.
sites-page-signed-out = U bent hier uitgelogd
sites-page-signed-out-text = Bij andere toepassingen bent u misschien nog ingelogd.
sites-page-unknown = Hier is niets
sites-page-unknown-text = Voor dit adres is geen toepassing ingesteld.
sites-page-unavailable = Uw toegang kan nu niet worden gecontroleerd
sites-page-unavailable-text = Probeer het over een minuut opnieuw.
sites-page-id = ID
sites-page-home = Startpagina
sites-page-again = Opnieuw proberen
