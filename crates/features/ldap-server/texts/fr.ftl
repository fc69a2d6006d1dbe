### App passwords: the pages of the account, and the mail.

app-password-title = Mots de passe d’application
app-password-text = Une application qui ne peut pas ouvrir la page de connexion de ce site demande un mot de passe d’application au lieu du vôtre. Créez-en un pour chaque application et supprimez-le lorsque vous ne l’utilisez plus.
app-password-none = Vous n’avez aucun mot de passe d’application.
app-password-new = Nouveau mot de passe d’application
app-password-new-text = Votre propre mot de passe reste secret : une application qui a un mot de passe d’application peut lire votre profil et vos groupes, et rien d’autre.
app-password-name = Nom de l’application
app-password-name-hint = L’application dans laquelle vous saisissez le mot de passe.
app-password-submit = Créer le mot de passe
app-password-too-many = Vous avez 20 mots de passe d’application. Supprimez-en un que vous n’utilisez plus.
app-password-made = Votre mot de passe d’application
app-password-made-text = Copiez-le maintenant : il n’est affiché que cette fois.
app-password-made-use = Saisissez-le dans l’application, avec votre nom d’utilisateur ou ce nom :
app-password-made-done = J’ai enregistré le mot de passe d’application
app-password-revoke = Supprimer le mot de passe d’application
app-password-remove = Supprimer
app-password-revoke-label = Supprimer le mot de passe d’application { $name }
app-password-revoke-text = L’application ne pourra plus vous connecter avec lui.
app-password-revoked = Le mot de passe d’application est supprimé.
app-password-gone = Le mot de passe d’application avait déjà été supprimé.
mail-app-password-subject = Nouveau mot de passe d’application
mail-app-password-text = Un mot de passe d’application a été créé pour votre compte chez { $site }, pour { $app }.
mail-app-password-button = Voir les mots de passe
mail-app-password-otherwise = Si ce n’était pas vous, supprimez-le et changez votre mot de passe.
