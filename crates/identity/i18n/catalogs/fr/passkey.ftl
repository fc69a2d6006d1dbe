### Passkeys: signing in with a fingerprint, a face or the PIN of a device.

passkey-use = Utiliser une clé d’accès
passkey-needs = Pour utiliser une clé d’accès (empreinte, visage ou code de l’appareil), autorisez JavaScript.
passkey-rejected = Cette clé d’accès n’a pas été acceptée. Réessayez ou connectez-vous autrement.
passkey-changed = Votre appareil indique désormais un autre type de clé d’accès que lors de son ajout. Connectez-vous autrement, supprimez-la de votre compte et ajoutez-la de nouveau.
passkey-failed = Votre navigateur ou gestionnaire de mots de passe n’a pas pu utiliser la clé d’accès. Réessayez ou choisissez un autre appareil ou gestionnaire de mots de passe.
passkey-known = Cet appareil ou ce gestionnaire de mots de passe a déjà une clé d’accès pour votre compte.
passkey-recommended = Recommandé
passkey-synced = Synchronisée
passkey-device = Sur un seul appareil
passkey-made = ajoutée le
passkey-used = Dernière utilisation
passkey-unused = Pas encore utilisée
passkey-suspected = Il existe peut-être une copie de cette clé d’accès. Supprimez-la et ajoutez-en une nouvelle.
passkey-change = Renommer ou supprimer
passkey-change-label = Renommer ou supprimer { $name }
passkey-name = Nom
passkey-rename = Renommer
passkey-remove = Supprimer

second-passkey-title = Confirmez que c’est bien vous

passkeys-title = Clés d’accès
passkeys-text = Connectez-vous avec votre empreinte, votre visage ou le code de votre appareil au lieu d’un mot de passe.
passkeys-none = Vous n’avez pas encore de clé d’accès.
passkeys-count = { $count ->
    [0] Aucune
    [one] { $count } clé d’accès
   *[other] { $count } clés d’accès
}
passkeys-add = Ajouter une clé d’accès
passkeys-confirm = Se reconnecter avant l’ajout
passkeys-full = Vous avez atteint le nombre maximal de clés d’accès par compte.
passkeys-added = La clé d’accès a été ajoutée.
passkeys-renamed = La clé d’accès a son nouveau nom.
passkeys-removed = La clé d’accès a été supprimée. Supprimez-la aussi de votre appareil.
passkeys-rejected = Cette clé d’accès n’a pas pu être ajoutée. Veuillez réessayer.
passkeys-bad-name = Utilisez un nom de 1 à 60 caractères
passkeys-only-way = Cette clé d’accès est votre seul moyen de vous connecter. Définissez d’abord un mot de passe ou ajoutez une autre clé d’accès.
passkeys-only-factor = Votre compte exige la validation en deux étapes. Ajoutez d’abord une autre clé d’accès ou une application d’authentification.

activity-passkey-failed = Échec de connexion avec une clé d’accès
activity-passkey-stepped-up = Nouvelle connexion avec une clé d’accès
activity-passkey-added = Une clé d’accès a été ajoutée
activity-passkey-removed = Une clé d’accès a été supprimée

notice-passkey-added-subject = Une clé d’accès a été ajoutée
notice-passkey-added-text = Une clé d’accès a été ajoutée à votre compte sur { $site }. Qui la possède peut se connecter sans le mot de passe.
notice-passkey-removed-subject = Une clé d’accès a été supprimée
notice-passkey-removed-text = Une clé d’accès a été supprimée de votre compte sur { $site }. Elle ne permet plus de se connecter.
passkey-offer = Connexion plus rapide : avec votre empreinte, votre visage ou le code de l’appareil.
passkey-later = Pas maintenant

mail-passkey-subject = Ajoutez une clé d’accès à votre compte
mail-passkey-text = L’administration de { $site } vous demande d’ajouter une clé d’accès à votre compte. Ouvrez le lien sur l’appareil qui doit la conserver : vous vous y connecterez ensuite avec votre empreinte, votre visage ou le code de l’appareil.
