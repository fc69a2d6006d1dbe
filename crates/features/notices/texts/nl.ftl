### The notice on all pages, and read-only mode, in the console.

notices-title = Mededeling en alleen-lezenmodus
notices-text = Een mededeling staat in haar periode op elke pagina. In de alleen-lezenmodus weigert de server een periode lang wijzigingen van accounts, toestemmingen en instellingen; inloggen, sessies en apps gaan door.
notices-notice = Mededeling
notices-none = Er is geen mededeling.
notices-text-invalid = Voer 1 tot 300 tekens op één regel in
notices-languages = Andere talen
notices-languages-hint = Eén per regel, bijvoorbeeld: de = Wartung am Samstag
notices-languages-invalid = Gebruik één regel per taal, bijvoorbeeld: de = Wartung am Samstag
notices-from = Van
notices-until = Tot
notices-until-invalid = Voer een tijd na het begin in; de alleen-lezenmodus duurt hoogstens 7 dagen
notices-announced = Aangekondigd
notices-set = Mededeling instellen
notices-set-done = De mededeling is ingesteld.
notices-remove = Mededeling verwijderen
notices-remove-question = De mededeling verwijderen?
notices-remove-text = Geen pagina toont haar meer.
notices-removed = De mededeling is verwijderd.
notices-read-only = Alleen-lezenmodus
notices-read-only-active = Wijzigingen worden geweigerd
notices-writable = Wijzigingen zijn mogelijk
notices-read-only-set = Alleen-lezenmodus instellen
notices-read-only-set-done = De alleen-lezenmodus is ingesteld.
notices-read-only-until-hint = Hoogstens 7 dagen na het begin. Dan eindigt de modus vanzelf.
notices-read-only-end = Alleen-lezenmodus beëindigen
notices-read-only-end-question = De alleen-lezenmodus beëindigen?
notices-read-only-end-text = Wijzigingen zijn weer mogelijk: hier meteen, op andere servers binnen enkele seconden.
notices-read-only-ended = De alleen-lezenmodus is beëindigd.
