# Invitations into organizations: the page and the mail.

invitation-title = Invito
invitation-heading = Vuoi unirti a { $organization }?
invitation-by = { $name } ti invita.
invitation-for = Questo invito è per
invitation-means = I suoi proprietari vedranno il tuo nome e il tuo indirizzo. Puoi uscirne di nuovo nel tuo account, in Organizzazioni.
invitation-accept = Unisciti
invitation-decline = No, grazie
invitation-later = Decidi più tardi
invitation-sign-in = Accedi con quell’indirizzo per rispondere. Se non hai ancora un account, creane uno con quello.
invitation-other = Hai eseguito l’accesso con un altro indirizzo o non hai confermato il tuo. Esci e accedi con l’indirizzo indicato sopra.
step-invitation-accepted = Invito accettato
step-invitation-accepted-text = Ora fai parte dell’organizzazione. I suoi proprietari decidono cosa puoi fare a suo nome.
step-invitation-declined = Invito rifiutato
step-invitation-declined-text = Non fai parte dell’organizzazione e il link non funziona più.

mail-invited-subject = Hai ricevuto un invito
mail-invited-text = Hai ricevuto un invito a unirti a «{ $organization }» su { $site }.
mail-invited-by-text = { $inviter } ti invita a unirti a «{ $organization }» su { $site }.
mail-invited-button = Vedi l’invito
mail-invited-otherwise = Se non ti dice nulla, puoi ignorare questa email. Senza di te non succede niente.
mail-invited-footer = Questa email è stata inviata da { $site } perché qualcuno ha invitato questo indirizzo.
mail-expires-week = Il link funziona una sola volta, entro 7 giorni.
