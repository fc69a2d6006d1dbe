# Signing in with a mailed code.

email-code-button = Stuur mij een code per e-mail
email-code-title = Inloggen met een code
email-code-text = We sturen een code naar het adres van je account.
email-code-send = Code versturen
email-code-enter = Voer de code uit de e-mail in
email-code-sent = Heeft het account een bevestigd adres, dan is er een e-mail onderweg. Houd deze pagina open.
email-code-hint = Acht cijfers. Ze werken één keer, 10 minuten lang.
email-code-wrong = Die code klopt niet. Alleen in de nieuwste e-mail staat de juiste.
email-code-again = Nog een code versturen
email-code-other = Op een andere manier inloggen
email-code-title-link = Hier inloggen?
email-code-text-link = Ga alleen verder als je deze e-mail zelf hebt aangevraagd.
mail-code-subject = { $code } is je code voor { $site }
mail-code-text = Voer de code { $code } in om in te loggen bij { $site }.
mail-code-button = Inloggen
mail-code-expires = De code en de link werken één keer, binnen 10 minuten, in de browser die erom vroeg.
mail-code-otherwise = Was jij dit niet, dan kun je deze e-mail negeren. Vertel de code aan niemand.
activity-email-code = Er is per e-mail een code gevraagd om in te loggen
