### Mails zu den eigenen Daten und zum Ende des Kontos.

mail-exported-subject = Ihre Daten wurden heruntergeladen
mail-exported-text = Eine Kopie von allem, was { $site } von Ihnen weiß, wurde heruntergeladen.
mail-leaving-subject = Ihr Konto wird gelöscht
mail-leaving-text = Ihr Konto bei { $site } wird am { $moment } gelöscht. Bis dahin kann es niemand benutzen. Um es zu behalten, melden Sie sich an und wählen Sie „Mein Konto behalten“.
mail-leaving-button = Mein Konto behalten
mail-leaving-advice = Wenn Sie das nicht waren, behalten Sie das Konto und wählen Sie sofort ein neues Passwort.
mail-kept-subject = Ihr Konto bleibt
mail-kept-text = Ihr Konto bei { $site } wird nun doch nicht gelöscht. Melden Sie sich in Ihren Apps neu an.
mail-deleted-subject = Ihr Konto ist gelöscht
mail-deleted-text = Ihr Konto bei { $site } ist gelöscht, wie Sie es wollten, mit allem, was dazugehörte. Das ist die letzte Mail von uns.
