### Proving an address, passwords, moving to another address.

step-check-mail = Consultez vos e-mails
step-check-mail-text = Nous avons envoyé un e-mail à l’adresse indiquée. Le lien qu’il contient est valable 24 heures. Ouvrez-le, puis connectez-vous. Si l’e-mail n’arrive pas, regardez dans le dossier des indésirables ou connectez-vous pour le renvoyer.
step-prove-email = Confirmez votre adresse e-mail
step-prove-email-text = Nous vous avons envoyé un e-mail. Ouvrez le lien qu’il contient pour continuer. S’il n’arrive pas, regardez dans le dossier des indésirables ou renvoyez-le.
step-resend = Renvoyer l’e-mail
step-resent = L’e-mail vient d’être renvoyé.
step-enough-mails = Plusieurs e-mails sont déjà en route. Réessayez dans une heure.
step-confirm-email = Est-ce votre adresse ?
step-confirm-email-text = Confirmez-la pour terminer la création de votre compte. Si vous n’avez pas demandé de compte, fermez cette page.
step-confirm-email-button = Confirmer l’adresse

login-forgot = Mot de passe oublié ?
forgot-title = Mot de passe oublié ?
forgot-text = Dites-nous qui vous êtes. Nous enverrons un e-mail à l’adresse de votre compte.
forgot-submit = Envoyer l’e-mail
step-reset-sent-text = Si ce compte existe, un e-mail est en route. Le lien qu’il contient est valable 30 minutes.
reset-title = Choisir un nouveau mot de passe
reset-ends = Tous les appareils et toutes les applications seront alors déconnectés.
new-password = Nouveau mot de passe
current-password = Mot de passe actuel
current-password-missing = Saisissez votre mot de passe actuel
current-password-wrong = Ce n’est pas votre mot de passe actuel
change-password-title = Modifier votre mot de passe
end-others = Déconnecter tous les autres appareils et applications
cancel = Annuler
step-password-set = Votre mot de passe est défini
step-password-set-text = Tous les appareils ont été déconnectés. Connectez-vous avec le nouveau mot de passe.
account-password-done = Votre mot de passe a été modifié.
change-email-title = Modifier votre adresse e-mail
change-email-present = Adresse actuelle :
change-email-new = Nouvelle adresse e-mail
change-email-hint = Nous enverrons un lien à cette adresse. L’adresse changera lorsque vous ouvrirez le lien.
change-email-same = C’est déjà votre adresse
change-email-submit = Envoyer le lien
change-email-sent = Un e-mail est en route vers la nouvelle adresse. Ouvrez son lien dans les 24 heures.
step-confirm-move-text = Confirmez-la, et votre compte utilisera désormais cette adresse.
step-moved = Votre adresse a été modifiée
step-moved-text = Votre compte utilise maintenant la nouvelle adresse. Nous avons prévenu l’ancienne.
step-confirm-undo = Annuler la modification ?
step-confirm-undo-text = Votre compte utilisera de nouveau cette adresse, et tous les appareils seront déconnectés.
step-confirm-undo-button = Annuler la modification
step-undone = Votre adresse est rétablie
step-undone-text = Tous les appareils ont été déconnectés. Quelqu’un connaît peut-être votre mot de passe : choisissez-en un nouveau maintenant.

inbox-title = Boîte de réception
inbox-text = Les e-mails conservés par cette instance de développement.
inbox-empty = Aucun e-mail pour l’instant.
inbox-open = Ouvrir le lien
# First start
step-operator = Se connecter à la console ?
step-operator-text = Ce lien connecte le compte ci-dessus, une seule fois. Continuez seulement si vous avez créé le lien sur le serveur ou si vous l’avez reçu de la personne qui gère le serveur.
