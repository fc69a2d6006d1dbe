# Invitations into organizations: the page and the mail.

invitation-title = Invitation
invitation-heading = Rejoindre { $organization } ?
invitation-by = { $name } vous invite.
invitation-for = Cette invitation est destinée à
invitation-means = Ses propriétaires verront votre nom et votre adresse. Vous pourrez la quitter dans votre compte, sous Organisations.
invitation-accept = Rejoindre
invitation-decline = Non merci
invitation-later = Décider plus tard
invitation-sign-in = Connectez-vous avec cette adresse pour répondre. Si vous n’avez pas encore de compte, créez-en un avec la même adresse.
invitation-other = Votre session utilise une autre adresse, ou vous n’avez pas confirmé la vôtre. Déconnectez-vous, puis connectez-vous avec l’adresse ci-dessus.
step-invitation-accepted = Invitation acceptée
step-invitation-accepted-text = Vous faites maintenant partie de l’organisation. Ses propriétaires décident de ce que vous pouvez faire en son nom.
step-invitation-declined = Invitation refusée
step-invitation-declined-text = Vous ne faites pas partie de l’organisation, et le lien ne fonctionne plus.

mail-invited-subject = Vous avez reçu une invitation
mail-invited-text = Vous avez reçu une invitation à rejoindre « { $organization } » sur { $site }.
mail-invited-by-text = { $inviter } vous invite à rejoindre « { $organization } » sur { $site }.
mail-invited-button = Voir l’invitation
mail-invited-otherwise = Si cela ne vous dit rien, vous pouvez ignorer cet e-mail. Rien ne se fera sans vous.
mail-invited-footer = Cet e-mail a été envoyé par { $site } parce que quelqu’un a invité cette adresse.
mail-expires-week = Le lien fonctionne une seule fois, pendant 7 jours.
