### The second step of a sign-in, and its set-up.

second-title = Saisissez le code de votre application d’authentification
second-recovery-title = Saisissez un code de récupération
second-code = Code
second-code-hint = Six chiffres. Ils changent toutes les 30 secondes.
second-recovery-code = Code de récupération
second-recovery-hint = L’un des codes que vous avez enregistrés. Chacun fonctionne une fois.
second-missing = Saisissez le code
second-wrong = Ce code ne correspond pas. Les codes changent toutes les 30 secondes.
second-clock = Ce code ne correspond pas. Vérifiez que votre téléphone est à l’heure.
second-recovery-wrong = Ce code ne correspond pas. Chaque code de récupération fonctionne une fois.
second-locked = Trop de codes incorrects. Utilisez un code de récupération ou adressez-vous aux responsables de ce site.
second-use-recovery = Utiliser un code de récupération
second-use-app = Utiliser votre application d’authentification

login-confirm = Reconnectez-vous pour effectuer cette modification. Cela protège votre compte.
login-confirm-title = Confirmez que c’est bien vous

two-factor-title = Validation en deux étapes
two-factor-text = Après votre mot de passe, vous saisissez un code fourni par une application sur votre téléphone.
two-factor-on = Activée
two-factor-off = Désactivée
two-factor-since = depuis le
two-factor-start = Configurer une application d’authentification
two-factor-new-codes = Créer de nouveaux codes de récupération
two-factor-make-new = Créez-en de nouveaux et conservez-les en lieu sûr.
two-factor-turn-off = Désactiver la validation en deux étapes
two-factor-end-others = Déconnecter tous les autres appareils
two-factor-left = { $count ->
    [0] Il ne reste aucun code de récupération.
    [one] Il reste { $count } code de récupération.
   *[other] Il reste { $count } codes de récupération.
}
two-factor-not-saved = Vous n’avez pas encore indiqué avoir enregistré vos codes de récupération.
two-factor-required = Votre compte exige la validation en deux étapes. Configurez-la pour continuer.
two-factor-due = À partir du { $day }, votre compte exigera la validation en deux étapes. Configurez-la maintenant ou plus tard.
two-factor-stays = Votre compte exige la validation en deux étapes. Elle ne peut pas être désactivée.
two-factor-turned-off = La validation en deux étapes est désactivée.
two-factor-over = Cela a pris trop de temps. Veuillez recommencer.
two-factor-manage = Gérer
two-factor-set-up = Configurer

set-up-title = Configurer une application d’authentification
set-up-scan = Scannez ceci avec votre application d’authentification.
set-up-qr = Code QR pour votre application d’authentification
set-up-by-hand = Ou saisissez cette clé à la main :
set-up-code = Code de l’application

codes-title = Enregistrez vos codes de récupération
codes-now-on = La validation en deux étapes est activée.
codes-text = Avec l’un d’eux, vous pouvez vous connecter si vous n’avez plus votre téléphone. Chacun fonctionne une fois. Ils ne seront plus affichés.
codes-download = Télécharger
codes-print = Imprimer
codes-saved = J’ai enregistré ces codes
