### Signing in, registering, setting up, signing out.

login-title = Inloggen
login-identifier = Gebruikersnaam of e-mailadres
login-remember = Ingelogd blijven op dit apparaat
login-submit = Inloggen
login-or = of
login-new-here = Nieuw hier?
login-create = Account maken
login-rejected = De gebruikersnaam, het e-mailadres of het wachtwoord klopt niet.
login-missing-identifier = Voer je gebruikersnaam of e-mailadres in
login-missing-password = Voer je wachtwoord in
login-again = Deze app vraagt je om opnieuw in te loggen.
login-session-ended = Je sessie is beëindigd. Log in om verder te gaan.
login-verify-email = Log in om je e-mailadres te bevestigen.

register-title = Maak je account
register-submit = Account maken
register-have = Heb je al een account?

setup-title = De eerste beheerder aanmaken
setup-text = Dit account kan hier alles beheren. Je kunt later meer gebruikers toevoegen.
setup-submit = Beheerder aanmaken

username = Gebruikersnaam
username-hint = Letters, cijfers, punten, streepjes en onderstrepingstekens.
username-optional = Optioneel.
username-missing = Kies een gebruikersnaam
username-taken = Deze gebruikersnaam is bezet. Kies een andere.
username-invalid = Gebruik 2 tot 64 letters, cijfers, punten, streepjes of onderstrepingstekens. Begin met een letter of cijfer.
username-reserved = Deze gebruikersnaam is gereserveerd. Kies een andere.
email = E-mailadres
email-missing = Voer je e-mailadres in
email-taken = Er bestaat al een account met dit e-mailadres. Log daarmee in.
email-invalid = Voer een e-mailadres in zoals name@example.com
email-undeliverable = We kunnen geen e-mail naar dit adres sturen vanwege de tekens vóór de @. Gebruik een ander adres.
email-verified = Geverifieerd
email-unverified = Niet geverifieerd
password = Wachtwoord
password-hint = Minstens { $min } tekens. Een paar willekeurige woorden werken goed.
password-confirm = Herhaal het wachtwoord
password-missing = Kies een wachtwoord
password-too-short = Gebruik minstens { $min } tekens
password-too-long = Dit wachtwoord is te lang. Gebruik maximaal 256 tekens.
password-numeric = Dit wachtwoord bestaat alleen uit cijfers. Voeg wat woorden toe.
password-common = Dit wachtwoord staat op lijsten met veelgebruikte wachtwoorden. Kies een ander.
password-temporary = Dit is het vorige wachtwoord. Kies een ander.
password-guessable = Dit wachtwoord is makkelijk te raden. Voeg nog een of twee willekeurige woorden toe.
password-like-username = Dit wachtwoord lijkt te veel op je gebruikersnaam
password-like-email = Dit wachtwoord lijkt te veel op je e-mailadres
password-like-name = Dit wachtwoord lijkt te veel op je naam
password-like-site = Dit wachtwoord lijkt te veel op de naam van deze site
password-mismatch = De twee wachtwoorden zijn verschillend. Typ ze opnieuw.

select-title = Kies een account
select-current = Doorgaan als { $name }

logout-title = Uitloggen?
logout-text = Je kunt op elk moment weer inloggen bij { $site }.
logout-app = { $app } vraagt om je uit te loggen. Daarmee eindigt ook je sessie hier.
logout-submit = Uitloggen
logout-stay = Ingelogd blijven
logged-out-title = Je bent uitgelogd
logged-out-text = Gebruiken ook anderen dit apparaat, sluit dan ook de browser.
logged-out-again = Opnieuw inloggen
logged-out-nobody = Je bent niet ingelogd
logged-out-nobody-text = Er is in deze browser geen sessie om te beëindigen.
logged-out-nobody-sign-in = Inloggen
logout-problem = Het uitlogverzoek van de app is niet geldig; je wordt niet teruggestuurd naar de app:
onward-title = Doorgaan naar { $host }?
onward-text = { $app } stuurde een verzoek dat niet kan worden uitgevoerd.
onward-go = Doorgaan naar { $host }

form-post-title = Terug naar { $app }
form-post-text = Gebeurt er binnen een paar seconden niets, klik dan op Doorgaan.
