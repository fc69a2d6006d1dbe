# Invitations into organizations: the page and the mail.

invitation-title = Uitnodiging
invitation-heading = Lid worden van { $organization }?
invitation-by = { $name } nodigt je uit.
invitation-for = Deze uitnodiging is voor
invitation-means = De eigenaren zien je naam en adres. Je kunt weer vertrekken in je account, onder Organisaties.
invitation-accept = Lid worden
invitation-decline = Nee, bedankt
invitation-later = Later beslissen
invitation-sign-in = Log in met dat adres om te antwoorden. Heb je nog geen account, maak er dan een met dat adres.
invitation-other = Je bent ingelogd met een ander adres of hebt het jouwe nog niet bevestigd. Log uit en log in met het adres hierboven.
step-invitation-accepted = Je bent lid geworden
step-invitation-accepted-text = Je hoort nu bij de organisatie. De eigenaren bepalen wat je namens de organisatie mag doen.
step-invitation-declined = Je hebt de uitnodiging afgewezen
step-invitation-declined-text = Je hoort niet bij de organisatie en de link werkt niet meer.

mail-invited-subject = Je bent uitgenodigd
mail-invited-text = Je bent uitgenodigd om lid te worden van ‘{ $organization }’ op { $site }.
mail-invited-by-text = { $inviter } nodigt je uit om lid te worden van ‘{ $organization }’ op { $site }.
mail-invited-button = Uitnodiging bekijken
mail-invited-otherwise = Zegt dit je niets, dan kun je deze e-mail negeren. Zonder jou gebeurt er niets.
mail-invited-footer = Deze e-mail is verstuurd door { $site } omdat iemand dit adres heeft uitgenodigd.
mail-expires-week = De link werkt één keer, binnen 7 dagen.
