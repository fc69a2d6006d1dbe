### Impersonation: the pages of the console, the bar, and the mail.

impersonation-title = Als dieser Benutzer handeln
impersonation-text = Sie sehen eine App einige Minuten lang so, wie dieser Benutzer sie sieht. Der Benutzer erhält eine E-Mail mit Ihrem Namen und Ihrem Grund und findet den Vorgang unter Aktivität. Die App erhält keinen Zugriff, den der Benutzer ihr nicht gegeben hat, und keine Seite des Kontos öffnet sich.
impersonation-app-hint = ID der App. Alle anderen Apps und diese Seiten kennen Sie weiter als Sie selbst.
impersonation-reason-hint = Höchstens 200 Zeichen. Der Benutzer erhält ihn per E-Mail und sieht ihn in den Aktivitäten des Kontos.
impersonation-start = Als Benutzer handeln
impersonation-started = Sie handeln jetzt als dieser Benutzer. Die Leiste oben beendet das.
impersonation-until = Bis
impersonation-open = App öffnen
impersonation-go = Öffnen Sie die App und melden Sie sich dort an: Sie erhält den Benutzer, nicht Sie.
impersonation-go-yourself = Öffnen Sie die App in diesem Browser und melden Sie sich dort an: Sie erhält den Benutzer, nicht Sie.
impersonation-other = Sie handeln als ein anderer Benutzer. Beenden Sie das zuerst.
impersonation-bar = Sie handeln als { $name } in { $app } bis { $moment }.
impersonation-end = Beenden
mail-impersonation-subject = Ein Administrator handelt in Ihrem Namen
mail-impersonation-text = { $administrator } von { $site } darf bis { $moment } in { $app } in Ihrem Namen handeln. Grund: { $reason }
mail-impersonation-button = Aktivität ansehen
mail-impersonation-otherwise = Wenn Sie darum nicht gebeten haben, wenden Sie sich an { $site }.
