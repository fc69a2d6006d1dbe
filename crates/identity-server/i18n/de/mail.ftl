### Mails: was geschehen ist, was zu tun ist, und was, wenn Sie es nicht waren.

mail-greeting = Guten Tag { $name },
mail-url-hint = Wenn der Knopf nicht funktioniert, öffnen Sie diese Adresse:
mail-asked = Angefordert von { $device } am { $time }.
mail-asked-ip = Angefordert von { $device }, Adresse { $ip }, am { $time }.
mail-ignore = Wenn Sie das nicht waren, können Sie diese Mail ignorieren. Es ändert sich nichts.
mail-secure = Wenn Sie das nicht waren, wählen Sie sofort ein neues Passwort.
mail-undo = Wenn Sie das nicht waren, machen Sie es sofort rückgängig. Dabei wird auch jedes Gerät abgemeldet.
mail-expires-day = Der Link funktioniert einmal, innerhalb von 24 Stunden.
mail-expires-half-hour = Der Link funktioniert einmal, innerhalb von 30 Minuten.
mail-expires-three-days = Der Link funktioniert einmal, innerhalb von 72 Stunden.
mail-footer = Diese Mail kommt von { $site }, weil Sie dort ein Konto haben.

mail-verify-subject = Bestätigen Sie Ihre E-Mail-Adresse
mail-verify-text = Noch ein Schritt, dann ist Ihr Konto „{ $name }“ bei { $site } bereit: Bestätigen Sie, dass dies Ihre Adresse ist.
mail-verify-button = Adresse bestätigen
mail-known-subject = Sie haben schon ein Konto
mail-known-text = Jemand wollte bei { $site } ein Konto mit Ihrer E-Mail-Adresse anlegen. Sie haben schon eines. Melden Sie sich an; wenn Sie das Passwort nicht wissen, wählen Sie dort „Vergessen?“.
mail-known-button = Anmelden
mail-reset-subject = Wählen Sie ein neues Passwort
mail-reset-text = Jemand hat ein neues Passwort für Ihr Konto bei { $site } angefordert.
mail-reset-button = Passwort wählen
mail-password-subject = Ihr Passwort wurde geändert
mail-password-text = Das Passwort Ihres Kontos bei { $site } wurde geändert.
mail-secure-button = Neues Passwort wählen
mail-change-subject = Bestätigen Sie Ihre neue E-Mail-Adresse
mail-change-text = Ihr Konto bei { $site } soll zu dieser Adresse wechseln. Bestätigen Sie, dass Sie sie lesen.
mail-change-button = Adresse bestätigen
mail-changed-subject = Ihre E-Mail-Adresse wurde geändert
mail-changed-text = Ihr Konto bei { $site } verwendet jetzt { $address }. Hierher kommen keine Mails mehr.
mail-changed-button = Rückgängig machen
mail-restored-subject = Ihre E-Mail-Adresse gilt wieder
mail-restored-text = Ihr Konto bei { $site } verwendet wieder diese Adresse. Jedes Gerät wurde abgemeldet.
mail-restored-button = Neues Passwort wählen
mail-restored-advice = Vielleicht kennt jemand Ihr Passwort. Wählen Sie jetzt ein neues.
mail-off-subject = Ihr Konto wurde gesperrt
mail-off-text = Die Verwaltung von { $site } hat Ihr Konto gesperrt. Niemand kann sich damit anmelden, und jede App und jedes Gerät ist abgemeldet. Wenn Sie nicht wissen, warum, fragen Sie bei { $site } nach.
