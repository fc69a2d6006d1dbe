# Signing in with a mailed code.

email-code-button = Code per Mail schicken
email-code-title = Mit einem Code anmelden
email-code-text = Wir schicken einen Code an die Adresse Ihres Kontos.
email-code-send = Code schicken
email-code-enter = Geben Sie den Code aus der Mail ein
email-code-sent = Wenn das Konto eine bestätigte Adresse hat, ist eine Mail unterwegs. Lassen Sie diese Seite offen.
email-code-hint = Acht Ziffern. Sie gelten einmal, 10 Minuten lang.
email-code-wrong = Dieser Code passt nicht. Nur die neueste Mail enthält den richtigen.
email-code-again = Neuen Code schicken
email-code-other = Auf andere Weise anmelden
email-code-title-link = Hier anmelden?
email-code-text-link = Machen Sie nur weiter, wenn Sie diese Mail selbst angefordert haben.
mail-code-subject = { $code } ist Ihr Code für { $site }
mail-code-text = Geben Sie den Code { $code } ein, um sich bei { $site } anzumelden.
mail-code-button = Anmelden
mail-code-expires = Code und Link funktionieren einmal, innerhalb von 10 Minuten, in dem Browser, der sie angefordert hat.
mail-code-otherwise = Wenn Sie das nicht waren, können Sie diese Mail ignorieren. Nennen Sie den Code niemandem.
activity-email-code = Ein Code zum Anmelden wurde per Mail angefordert
