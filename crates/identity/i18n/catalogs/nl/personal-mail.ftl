### Mails about one's data and the end of the account.

mail-exported-subject = Je gegevens zijn gedownload
mail-exported-text = Er is een kopie gedownload van alles wat { $site } van je weet.
mail-leaving-subject = Je account wordt verwijderd
mail-leaving-text = Je account op { $site } wordt verwijderd op { $moment }. Tot dan kan niemand het gebruiken. Wil je het behouden, log dan in en kies ‘Mijn account behouden’.
mail-leaving-button = Mijn account behouden
mail-leaving-advice = Was jij dit niet, behoud het account dan en kies meteen een nieuw wachtwoord.
mail-kept-subject = Je account blijft bestaan
mail-kept-text = Je account op { $site } wordt toch niet verwijderd. Log opnieuw in bij je apps.
mail-deleted-subject = Je account is verwijderd
mail-deleted-text = Je account op { $site } is verwijderd, zoals je hebt gevraagd, met alles wat erbij hoorde. Dit is onze laatste e-mail.
