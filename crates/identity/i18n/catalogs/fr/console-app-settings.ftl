### Settings of apps in the administration console, and the impact of a change.

console-aspect-consent = Consentement
console-setting-profile = Profil de sécurité
console-setting-serves = Ressources que ce client sert (peut faire l’introspection)
console-setting-format = Format du jeton d’accès
console-setting-audience = Audience des assertions du client
console-setting-claims = Claims dans le jeton d’ID
console-setting-pkce = PKCE
console-setting-origins = Origines CORS autorisées
console-setting-dpop = Jetons d’accès liés par DPoP
console-setting-bound = Jetons d’accès liés au certificat
console-setting-details = Types de détails d’autorisation
console-setting-subject = Certificat : DN du sujet
console-setting-dns = Certificat : nom DNS
console-setting-uri = Certificat : URI
console-setting-ip = Certificat : adresse IP
console-setting-email = Certificat : e-mail
console-setting-par = Demandes d’autorisation poussées (PAR)
console-setting-signed = Objets de demande signés (JAR)
console-setting-requests = URI des objets de demande
console-setting-keys = Clés publiques (JWKS)
console-setting-keys-url = URI du JWKS
console-setting-id-alg = Algorithme de signature du jeton d’ID
console-setting-userinfo-alg = Algorithme de signature de UserInfo
console-setting-answer-alg = Algorithme de signature de la réponse d’autorisation
console-setting-lookup-alg = Algorithme de signature de l’introspection
console-setting-sector = Identifiant de secteur
console-setting-backchannel = URI de déconnexion back-channel
console-setting-backchannel-session = Déconnexion back-channel : ID de session requis
console-setting-frontchannel = URI de déconnexion front-channel
console-setting-frontchannel-session = Déconnexion front-channel : ID de session requis
console-setting-ping = Point de terminaison de notification CIBA
console-setting-exchange = Échange de jetons : audiences autorisées
console-setting-impersonation = Emprunt d’identité par échange de jetons
console-setting-optional = Portées facultatives
console-setting-publisher = Éditeur
console-setting-fixed = Fixé par { $rule }
console-setting-unused = Une application de ce type n’utilise pas ce réglage. Pour retirer sa valeur, videz le champ ou choisissez la valeur par défaut.
console-setting-invalid = Impossible : { $reason }
console-setting-required = Cela peut être remplacé, pas retiré
console-setting-one = Remplissez un seul de ces champs
console-setting-keys-invalid = Saisissez un objet JSON avec les clés
console-choice-none = Aucun
console-choice-required = Obligatoire
console-choice-auto = Automatique
console-choice-optional = Facultatif
console-effect = Effet
console-effect-weaker = Moins protégée
console-effect-stronger = Mieux protégée
console-effect-neutral = Modifié
console-app-review = Enregistrer ces modifications ?
console-app-review-text = Elles concernent ce que l’application peut obtenir ou sa protection. Vérifiez-les d’abord.
console-change-again = Retour au formulaire
console-impact-users = Utilisateurs ayant accès
console-impact-sessions = Leurs sessions ouvertes
console-impact-grants = Accès donnés en tout
console-impact-refresh = Dont avec jeton d’actualisation
console-impact-delay = S’applique partout après
console-app-logo = Logo
console-app-logo-now = Logo actuel
console-app-logo-hint = PNG, JPEG, GIF ou WebP, 2 Mo au maximum. Il est recadré en carré. La page qui demande le consentement l’affiche, sauf pour les applications qui se sont enregistrées elles-mêmes.
console-app-logo-saved = Le logo a été enregistré.
console-app-logo-remove = Supprimer le logo
console-app-logo-remove-question = Supprimer le logo de cette application ?
console-app-logo-remove-text = Les pages affichent à la place la première lettre du nom de l’application.
console-app-logo-removed = Le logo a été supprimé.
console-also-as = En commande, appel ou fichier
console-also-as-text = Montre ce que vous avez changé ci-dessus, sans l’enregistrer.
console-also-as-show = Afficher les textes
console-also-command = Ligne de commande
console-also-call = Appel de l’API d’administration
console-also-file = Fichier { $name }
console-impact-seconds = { $count ->
    [one] Une seconde
   *[other] { $count } secondes
}
console-impact-minutes = { $count ->
    [one] Une minute
   *[other] { $count } minutes
}
