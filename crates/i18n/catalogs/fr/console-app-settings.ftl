### Settings of apps in the administration console, and the impact of a change.

console-aspect-general = À propos de l’application
console-aspect-redirects = Adresses
console-aspect-power = Ce qu’elle peut obtenir
console-aspect-authentication = Comment elle se prouve
console-aspect-protection = Ce qui est exigé
console-aspect-algorithms = Forme et signatures
console-aspect-consent = Accord des personnes
console-aspect-logout = Déconnexion
console-setting-profile = Profil de sécurité
console-setting-serves = Services qu’elle fournit
console-setting-format = Forme de son accès
console-setting-audience = Destinataire que ses preuves nomment
console-setting-claims = Données du profil à la connexion
console-setting-pkce = Preuve unique à la connexion
console-setting-origins = Sites dont les scripts peuvent lire les réponses
console-setting-dpop = L’accès est lié à une clé
console-setting-bound = L’accès est lié au certificat
console-setting-details = Types d’accès détaillé
console-setting-subject = Certificat : nom complet
console-setting-dns = Certificat : nom d’hôte
console-setting-uri = Certificat : adresse
console-setting-ip = Certificat : adresse IP
console-setting-email = Certificat : e-mail
console-setting-par = Les demandes sont envoyées d’avance
console-setting-signed = Les demandes sont signées
console-setting-requests = Adresses des demandes signées
console-setting-keys = Clés publiques
console-setting-keys-url = Adresse des clés publiques
console-setting-id-alg = Signature de la connexion
console-setting-userinfo-alg = Signature des réponses de profil
console-setting-answer-alg = Signature des réponses par le navigateur
console-setting-lookup-alg = Signature des réponses sur les accès
console-setting-sector = Hôte dont les applications partagent les identifiants des personnes
console-setting-backchannel = Adresse pour les avis de déconnexion
console-setting-backchannel-session = Ces avis nomment la session
console-setting-frontchannel = Page que le navigateur charge à la déconnexion
console-setting-frontchannel-session = Cette page reçoit la session
console-setting-exchange = Services pour lesquels elle peut obtenir un accès
console-setting-impersonation = Peut agir en tant que la personne
console-setting-optional = Accès que les personnes peuvent omettre
console-setting-consent-days = Jours avant de redemander aux personnes
console-setting-publisher = Éditeur
console-setting-fixed = Fixé par { $rule }
console-setting-invalid = Impossible : { $reason }
console-setting-required = Cela peut être remplacé, pas retiré
console-setting-one = Remplissez un seul de ces champs
console-setting-days-invalid = Saisissez un nombre de jours
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
console-impact-users = Personnes ayant accès maintenant
console-impact-sessions = Leurs sessions ouvertes
console-impact-grants = Accès donnés en tout
console-impact-refresh = Dont renouvelables sans connexion
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
