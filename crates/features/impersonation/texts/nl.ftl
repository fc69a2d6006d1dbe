### Impersonation: the pages of the console, the bar, and the mail.

impersonation-title = Werken als deze gebruiker
impersonation-text = Je ziet één app enkele minuten zoals deze gebruiker die ziet. De gebruiker krijgt een mail met je naam en je reden, en vindt het bij Activiteit. De app krijgt geen toegang die de gebruiker niet heeft gegeven, en geen pagina van het account gaat open.
impersonation-app-hint = ID van de app. Alle andere apps en deze pagina’s kennen je nog als jezelf.
impersonation-reason-hint = Hoogstens 200 tekens. De gebruiker krijgt dit per e-mail en ziet dit bij de activiteit van het account.
impersonation-start = Als gebruiker werken
impersonation-started = Je werkt nu als deze gebruiker. De balk bovenaan beëindigt dat.
impersonation-until = Tot
impersonation-open = App openen
impersonation-go = Open de app en meld je daar aan: die krijgt de gebruiker, niet jou.
impersonation-go-yourself = Open de app in deze browser en meld je daar aan: die krijgt de gebruiker, niet jou.
impersonation-other = Je werkt als een andere gebruiker. Beëindig dat eerst.
impersonation-bar = Je werkt als { $name } in { $app } tot { $moment }.
impersonation-end = Beëindigen
mail-impersonation-subject = Een beheerder werkt namens jou
mail-impersonation-text = { $administrator } van { $site } mag tot { $moment } namens jou werken in { $app }. Reden: { $reason }
mail-impersonation-button = Je activiteit bekijken
mail-impersonation-otherwise = Neem contact op met { $site } als je hier niet om hebt gevraagd.
