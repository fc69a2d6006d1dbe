### What happened in an account, and what to do about what was somebody else.

activity-title = Activité récente
activity-text = Ce qui s’est passé dans votre compte ces 90 derniers jours.
activity-see-all = Voir toute l’activité
activity-filter = Afficher
activity-all = Tout
activity-topic-sign-in = Connexion
activity-topic-security = Sécurité
activity-topic-apps = Applications
activity-topic-account = Compte
activity-nothing = Il ne s’est rien passé ici.
activity-newest = Plus récentes
activity-older = Plus anciennes
activity-not-me = Ce n’était pas moi
activity-not-me-label = Ce n’était pas moi : { $what }
activity-an-app = une application

activity-login = Connexion
activity-login-failed = Échec de connexion : mot de passe incorrect
activity-login-locked = Connexion mise en attente après trop de mots de passe incorrects
activity-first-step = Le mot de passe était correct ; le code a été demandé
activity-stepped-up = Nouvelle connexion avec un code
activity-factor-failed = Un code était incorrect
activity-factor-added = La validation en deux étapes a été activée
activity-factor-removed = La validation en deux étapes a été désactivée
activity-codes-made = De nouveaux codes de récupération ont été créés
activity-code-used = Un code de récupération a été utilisé
activity-logout = Déconnexion
activity-session-ended = Un autre appareil a été déconnecté
activity-disowned = Vous avez signalé une activité qui n’était pas la vôtre
activity-registered = Le compte a été créé
activity-register-known = Quelqu’un a essayé de créer un compte avec votre adresse e-mail
activity-user-changed = Votre compte a été modifié par l’administration
activity-user-changed-other = Vous avez modifié un autre compte
activity-by-admin = par l’administration
activity-consent = Vous avez accordé l’accès à { $app }
activity-consent-denied = Vous avez refusé l’accès à { $app }
activity-consent-revoked = Vous avez retiré l’accès accordé à { $app }
activity-access-denied = Un accès a été refusé : non autorisé
activity-api-key = Une clé API a été créée
activity-api-key-used = Une clé API a été utilisée pour la première fois
activity-api-key-revoked = Une clé API a été supprimée
activity-proof-replayed = Une preuve déjà utilisée par { $app } a été présentée à nouveau, puis refusée
activity-misused = { $app } a réutilisé une ancienne connexion ; son accès a donc pris fin
activity-app-signed-out = L’accès accordé à { $app } a pris fin
activity-app-exchanged = { $app } a échangé son accès contre un accès plus restreint
activity-app-asserted = { $app } a obtenu un accès sur la parole d’un autre émetteur
activity-app-told = Votre déconnexion a été signalée à { $app }
activity-app-not-told = Votre déconnexion n’a pas pu être signalée à { $app }
activity-app-changed = Vous avez modifié la configuration d’une application
activity-role-changed = Vos rôles ont été modifiés
activity-role-changed-other = Vous avez modifié des rôles
activity-group-changed = Vous avez modifié un groupe
activity-organization-changed = Vous avez modifié une organisation
activity-key-changed = Vous avez modifié les clés du serveur
activity-system-changed = Vous êtes intervenu sur le fonctionnement du serveur
activity-audit-exported = Vous avez téléchargé des événements du journal d’audit
activity-users-exported = Vous avez exporté la liste des utilisateurs
activity-list-exported = Vous avez exporté une liste contenant des données d’utilisateurs
activity-email-verified = Votre adresse e-mail a été confirmée
activity-email-requested = Une nouvelle adresse e-mail a été demandée
activity-email-refused = Une nouvelle adresse e-mail a été refusée : mot de passe incorrect
activity-email-changed = Votre adresse e-mail a été modifiée
activity-email-undone = Une modification de votre adresse e-mail a été annulée
activity-reset-requested = Un nouveau mot de passe a été demandé
activity-reset = Un nouveau mot de passe a été défini par e-mail
activity-password-changed = Le mot de passe a été modifié
activity-password-refused = Le mot de passe n’a pas été modifié : mot de passe incorrect
activity-profile = Le profil a été modifié
activity-profile-field = Vous avez modifié un champ des profils
activity-exported = Une copie de vos données a été téléchargée
activity-deletion = La suppression du compte a été demandée
activity-deletion-cancelled = Le compte est finalement conservé
activity-deleted = Le compte a été supprimé
activity-setup = Le premier compte d’administration a été créé

secure-step = Étape { $count } sur 3
secure-title = Sécuriser votre compte
secure-text = Si quelqu’un d’autre était dans votre compte, commencez par déconnecter cette personne. Votre session reste ouverte ici. Vos clés API sont révoquées et les liens reçus par e-mail ne sont plus valables ; créez-en de nouveaux au besoin.
secure-end-others = Se déconnecter partout ailleurs
secure-password-title = Choisir un nouveau mot de passe
secure-password-text = La personne qui était dans votre compte connaît peut-être votre mot de passe. Un nouveau l’empêchera de revenir.
secure-skip = Pas maintenant
secure-review-title = Vérifiez ce qui reste
secure-review-text = Assurez-vous que personne d’autre n’a laissé quelque chose ici.
secure-apps = { $count ->
    [0] Aucune application n’a accès.
    [one] Une application a accès.
   *[other] { $count } applications ont accès.
}
secure-look = Voir
secure-done = Terminé

# Days, support codes, and changes by administrators.
activity-from = Premier jour (UTC)
activity-to = Dernier jour (UTC)
activity-reason = Motif : { $reason }
activity-support-code = Vous avez créé un code d’assistance
activity-support-code-used = Votre code d’assistance a été utilisé
activity-admin-created = Votre compte a été créé par l’administration
activity-admin-disabled = Votre compte a été désactivé par l’administration
activity-admin-enabled = Votre compte a été activé par l’administration
activity-admin-unlocked = L’administration a levé le blocage de votre compte
activity-admin-password = Votre mot de passe a été réinitialisé par l’administration
activity-admin-passkey = L’administration vous a envoyé un lien pour ajouter une clé d’accès
activity-admin-verified = Votre adresse e-mail a été confirmée par l’administration
activity-admin-email = Votre adresse e-mail a été modifiée par l’administration
