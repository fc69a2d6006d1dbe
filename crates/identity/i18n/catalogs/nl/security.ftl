### The second step of a sign-in, and its set-up.

second-title = Voer de code uit je authenticator-app in
second-recovery-title = Voer een herstelcode in
second-code = Code
second-code-hint = Zes cijfers. Ze veranderen elke 30 seconden.
second-recovery-code = Herstelcode
second-recovery-hint = Een van de codes die je hebt bewaard. Elke code werkt één keer.
second-missing = Voer de code in
second-wrong = Die code klopt niet. Codes veranderen elke 30 seconden.
second-clock = Die code klopt niet. Controleer of de klok van je telefoon goed staat.
second-recovery-wrong = Die code klopt niet. Elke herstelcode werkt één keer.
second-locked = Te veel verkeerde codes. Gebruik een herstelcode of vraag het de beheerders van deze site.
second-use-recovery = Een herstelcode gebruiken
second-use-app = Je authenticator-app gebruiken

login-confirm = Log opnieuw in om deze wijziging te maken. Zo blijft je account veilig.
login-confirm-title = Bevestig dat jij het bent

two-factor-title = Verificatie in twee stappen
two-factor-text = Na je wachtwoord voer je een code in uit een app op je telefoon.
two-factor-on = Aan
two-factor-off = Uit
two-factor-since = sinds
two-factor-start = Een authenticator-app instellen
two-factor-new-codes = Nieuwe herstelcodes maken
two-factor-make-new = Maak nieuwe en bewaar ze goed.
two-factor-turn-off = Verificatie in twee stappen uitschakelen
two-factor-end-others = Alle andere apparaten uitloggen
two-factor-left = { $count ->
    [0] Er is geen herstelcode meer over.
    [one] Er is nog { $count } herstelcode over.
   *[other] Er zijn nog { $count } herstelcodes over.
}
two-factor-not-saved = Je hebt nog niet aangegeven dat je je herstelcodes hebt bewaard.
two-factor-required = Je account heeft verificatie in twee stappen nodig. Stel die in om verder te gaan.
two-factor-due = Vanaf { $day } heeft je account verificatie in twee stappen nodig. Stel die nu of later in.
two-factor-stays = Je account heeft verificatie in twee stappen nodig. Die kan niet worden uitgeschakeld.
two-factor-turned-off = Verificatie in twee stappen staat uit.
two-factor-over = Dat duurde te lang. Begin opnieuw.
two-factor-manage = Beheren
two-factor-set-up = Instellen

set-up-title = Een authenticator-app instellen
set-up-scan = Scan dit met je authenticator-app.
set-up-qr = QR-code voor je authenticator-app
set-up-by-hand = Of voer deze sleutel met de hand in:
set-up-code = Code uit de app

codes-title = Bewaar je herstelcodes
codes-now-on = Verificatie in twee stappen staat aan.
codes-text = Met een ervan kun je inloggen als je je telefoon kwijt bent. Elke code werkt één keer. Ze worden niet opnieuw getoond.
codes-download = Downloaden
codes-print = Afdrukken
codes-saved = Ik heb deze codes bewaard
