### Proving an address, passwords, moving to another address.

step-check-mail = Kijk in je e-mail
step-check-mail-text = We hebben een e-mail gestuurd naar het adres dat je hebt opgegeven. De link daarin werkt 24 uur. Open hem en log dan in. Komt de e-mail niet aan, kijk dan in de spammap of log in om hem opnieuw te versturen.
step-prove-email = Bevestig je e-mailadres
step-prove-email-text = We hebben je een e-mail gestuurd. Open de link daarin om verder te gaan. Komt hij niet aan, kijk dan in de spammap of verstuur hem opnieuw.
step-resend = Opnieuw versturen
step-resent = De e-mail is opnieuw onderweg.
step-enough-mails = Er zijn al meerdere e-mails onderweg. Probeer het over een uur opnieuw.
step-confirm-email = Is dit je adres?
step-confirm-email-text = Bevestig het om je account af te ronden. Heb je niet om een account gevraagd, sluit dan deze pagina.
step-confirm-email-button = Adres bevestigen

login-forgot = Wachtwoord vergeten?
forgot-title = Wachtwoord vergeten?
forgot-text = Vertel ons wie je bent. We sturen een e-mail naar het adres van je account.
forgot-submit = E-mail versturen
step-reset-sent-text = Als dat account bestaat, is er een e-mail onderweg. De link daarin werkt 30 minuten.
reset-title = Kies een nieuw wachtwoord
reset-ends = Alle apparaten en apps worden dan uitgelogd.
new-password = Nieuw wachtwoord
current-password = Huidig wachtwoord
current-password-missing = Voer je huidige wachtwoord in
current-password-wrong = Dit is niet je huidige wachtwoord
change-password-title = Je wachtwoord wijzigen
end-others = Alle andere apparaten en apps uitloggen
cancel = Annuleren
step-password-set = Je wachtwoord is ingesteld
step-password-set-text = Alle apparaten zijn uitgelogd. Log in met het nieuwe wachtwoord.
account-password-done = Je wachtwoord is gewijzigd.
change-email-title = Je e-mailadres wijzigen
change-email-present = Huidig adres:
change-email-new = Nieuw e-mailadres
change-email-hint = We sturen een link naar dit adres. Het adres verandert als je de link opent.
change-email-same = Dit is al je adres
change-email-submit = Link versturen
change-email-sent = Er is een e-mail onderweg naar het nieuwe adres. Open de link binnen 24 uur.
step-confirm-move-text = Bevestig het, dan gebruikt je account voortaan dit adres.
step-moved = Je adres is gewijzigd
step-moved-text = Je account gebruikt nu het nieuwe adres. We hebben het vorige op de hoogte gebracht.
step-confirm-undo = De wijziging terugdraaien?
step-confirm-undo-text = Je account gebruikt dan weer dit adres en alle apparaten worden uitgelogd.
step-confirm-undo-button = Terugdraaien
step-undone = Je adres is hersteld
step-undone-text = Alle apparaten zijn uitgelogd. Misschien kent iemand je wachtwoord, dus kies nu een nieuw.

inbox-title = Inbox
inbox-text = E-mails die deze ontwikkelomgeving heeft bewaard.
inbox-empty = Nog geen e-mail.
inbox-open = Link openen
# First start
step-operator = Inloggen bij het beheer?
step-operator-text = Deze link logt het account hierboven één keer in. Ga alleen verder als je de link op de server hebt gemaakt of van de beheerder van de server hebt gekregen.
