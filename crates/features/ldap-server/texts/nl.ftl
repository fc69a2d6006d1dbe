### App passwords: the pages of the account, and the mail.

app-password-title = App-wachtwoorden
app-password-text = Een app die de aanmeldpagina van deze site niet kan openen, vraagt om een app-wachtwoord in plaats van je eigen wachtwoord. Maak er een voor elke app en verwijder het als je de app niet meer gebruikt.
app-password-none = Je hebt geen app-wachtwoorden.
app-password-new = Nieuw app-wachtwoord
app-password-new-text = Je eigen wachtwoord blijft geheim: een app met een app-wachtwoord kan je profiel en je groepen lezen, en verder niets.
app-password-name = Naam van de app
app-password-name-hint = De app waarin je het wachtwoord invoert.
app-password-submit = App-wachtwoord maken
app-password-too-many = Je hebt 20 app-wachtwoorden. Verwijder er een die je niet meer gebruikt.
app-password-made = Je app-wachtwoord
app-password-made-text = Kopieer het nu: het wordt alleen deze keer getoond.
app-password-made-use = Voer het in de app in, met je gebruikersnaam of deze naam:
app-password-made-done = Ik heb het app-wachtwoord bewaard
app-password-revoke = App-wachtwoord verwijderen
app-password-remove = Verwijderen
app-password-revoke-label = App-wachtwoord { $name } verwijderen
app-password-revoke-text = De app kan je er niet meer mee aanmelden.
app-password-revoked = Het app-wachtwoord is verwijderd.
app-password-gone = Het app-wachtwoord was al verwijderd.
mail-app-password-subject = Nieuw app-wachtwoord
mail-app-password-text = Er is een app-wachtwoord gemaakt voor je account bij { $site }, voor { $app }.
mail-app-password-button = App-wachtwoorden bekijken
mail-app-password-otherwise = Was jij dit niet? Verwijder het dan en wijzig je wachtwoord.
