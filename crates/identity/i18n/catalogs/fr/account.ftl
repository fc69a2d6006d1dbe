### Consent and the account page.

consent-title = { $app } demande un accès
consent-this-computer = Une application sur cet ordinateur
consent-this-device = Une application sur cet appareil :
consent-unverified = Non vérifiée par { $site }. Ne continuez que si vous connaissez cette application et avez lancé cette demande vous-même.
consent-published = Identifiée uniquement par son adresse :
consent-answer = Ce que vous autorisez est transmis à :
consent-posing = N’importe quel programme sur cet ordinateur pourrait se faire passer pour cette application.
consent-wants = L’application souhaite
consent-until-removed = L’accès reste valable jusqu’à son retrait. L’application figure dans votre compte, sous « Applications connectées ».
consent-until = L’accès est valable jusqu’au { $date }. Vous pouvez y mettre fin avant, dans votre compte, sous « Applications connectées ».
consent-publisher = de { $name }
consent-optional = Seulement si vous le cochez :
consent-kept = Ce dont elle dispose déjà
consent-policy = Confidentialité
consent-terms = Conditions
consent-allow = Autoriser
consent-deny = Annuler

scope-sensitive = Sensible
scope-new = Nouveau
scope-openid = Savoir qui vous êtes lorsque vous vous connectez
scope-profile = Voir votre nom et votre nom d’utilisateur
scope-email = Voir votre adresse e-mail
scope-phone = Voir votre numéro de téléphone
scope-address = Voir votre adresse postale
scope-offline = Conserver son accès en votre absence
scope-groups = Voir les groupes dont vous faites partie
scope-roles = Voir vos rôles
scope-tasks-read = Voir vos tâches
scope-tasks-write = Créer et modifier vos tâches
scope-tasks-delete = Supprimer vos tâches
scope-tasks-read-all = Voir les tâches de tout le monde
scope-tasks-write-all = Modifier les tâches de tout le monde
scope-tasks-delete-all = Supprimer les tâches de tout le monde
scope-other = Utiliser « { $scope } »

account-title = Votre compte
account-administration = Administration
account-greeting = Bonjour { $name }
account-profile = Profil
account-roles = Rôles
account-created = Membre depuis
account-password-changed = Mot de passe modifié
account-sessions = Appareils et sessions
account-apps = Applications connectées
account-no-apps = Aucune application n’a accès à votre compte.
account-welcome = Votre compte est prêt.
account-session-ended = Cette session est déconnectée.
account-app-removed = L’application n’a plus accès à votre compte.
session-current = Cet appareil
session-seen = Dernière utilisation
session-since = connexion le
session-end = Déconnecter
session-end-label = Déconnecter { $device }
app-since = Accès depuis le
app-until = jusqu’au
app-scopes = { $count ->
    [one] { $count } autorisation
   *[other] { $count } autorisations
}
app-remove = Retirer
app-remove-label = Retirer l’accès accordé à { $app }
device-on = { $browser } sur { $system }
device-unknown = Appareil inconnu

# The navigation, the sign-in methods, and the organizations.
account-sign-in = Connexion
account-sign-in-text = Comment vous vous connectez, et ce qui protège votre compte.
account-not-set = Non défini
account-safe = Votre compte est bien protégé.
account-one-factor = Ajoutez une deuxième façon de vous connecter.
account-invitations = Vos invitations
account-invited = { $organization } vous invite à la rejoindre.
account-all-devices = Tous les appareils
account-access = Accès à votre compte
account-apps-text = Les applications qui peuvent utiliser votre compte. Retirez celles dont vous n’avez plus besoin.
orgs-text = Les organisations dont vous faites partie, et vos rôles.
orgs-none = Vous ne faites partie d’aucune organisation.
orgs-leave = Quitter
orgs-leave-label = Quitter { $organization }
orgs-leave-title = Quitter { $organization } ?
orgs-leave-text = Vous perdez vos groupes et vos rôles dans cette organisation, et vos clés d’API pour elle ne fonctionnent plus. Pour revenir, il vous faut une invitation.
orgs-left = Vous avez quitté l’organisation.
orgs-last-owner = Vous en êtes le seul propriétaire. Un autre membre doit devenir propriétaire avant que vous puissiez la quitter.

# The check-up and the support code.
check-up-title = Contrôle de sécurité
check-up-text = Regardez ce qui s’est passé sur votre compte ces 30 derniers jours, événement par événement.
check-up-start = Vérifier l’activité récente
check-up-left = { $count ->
    [one] Un événement à vérifier.
   *[other] { $count } événements à vérifier.
}
check-up-yes = Oui, c’était moi
check-up-known = Oui, je suis au courant
check-up-no = Non, ce n’était pas moi
check-up-nothing = Il n’y a rien à vérifier.
support-code-title = Code d’assistance
support-code-text = Lisez ce code à voix haute quand vous demandez de l’aide. Il montre votre compte à l’assistance et ne lui donne aucun droit.
support-code-lasts = Le code sert une fois, pendant 15 minutes.
support-code-consents = Lisez ce code à voix haute quand vous demandez de l’aide. Il montre votre compte à l’assistance et lui permet d’agir en votre nom dans une application pendant quelques minutes. Vous recevrez un e-mail.
support-code-make = Créer un code
support-code-again = Créer un autre code
