### Sites behind a proxy.

sites-page-denied = Vous ne pouvez pas ouvrir cette page
sites-page-denied-text = Vous êtes connecté, mais vous n’avez pas accès. Si vous en avez besoin, donnez l’identifiant ci-dessous à votre administrateur.
sites-page-weak = Une connexion plus forte est nécessaire
sites-page-weak-text = Cette page exige une connexion récente, un second facteur ou une clé d’accès, ce que votre connexion n’avait pas.
sites-page-failed = La connexion n’est pas terminée
sites-page-failed-text = Elle a pris trop de temps, a commencé dans un autre navigateur ou a été annulée.
sites-page-signed-out = Vous êtes déconnecté ici
sites-page-signed-out-text = Vous êtes peut-être encore connecté à d’autres applications.
sites-page-unknown = Il n’y a rien ici
sites-page-unknown-text = Aucune application n’est configurée pour cette adresse.
sites-page-unavailable = Votre accès ne peut pas être vérifié pour le moment
sites-page-unavailable-text = Réessayez dans une minute.
sites-page-home = Page d’accueil
sites-page-again = Réessayer

### Console pages of sites behind a proxy.

sites-title = Sites derrière un proxy
sites-text = Un site est une application qui ne peut pas connecter elle-même les utilisateurs. Un proxy devant elle interroge ce serveur pour chaque requête, et la première règle qui correspond décide.
sites-none = Il n’y a aucun site. Ajoutez-en un pour protéger une application web sans OpenID Connect.
sites-new = Nouveau site
sites-created = Le site est créé.
sites-edit = Modifier le site
sites-changed = Le site est modifié.
sites-hosts = Noms d’hôte
sites-hosts-hint = Un par ligne, par exemple wiki.example.com. Dans *.example.com, l’astérisque remplace une partie du nom.
sites-rules = Règles
sites-rules-hint = Une par ligne ; la première qui correspond décide. Exemples : /public/* anyone · /admin/* role=editor second-factor · /* user
sites-rule = Règle
sites-number = Numéro
sites-no-rules = Sans règle, toute requête est refusée.
sites-organization-hint = Pour ses membres, les rôles, groupes et permissions de cette organisation comptent aussi.
sites-headers = Noms des en-têtes
sites-headers-hint = Un par ligne, par exemple user = X-WEBAUTH-USER : ce que reçoit l’application, et le nom qu’elle lit. Il y a user, groups, email, name et token, un JWT d’une minute qu’elle peut vérifier. Ce qui n’a pas de ligne est omis.
sites-raw = Valeurs d’en-têtes en UTF-8
sites-raw-hint = Sinon, tous les caractères sauf les plus simples sont encodés avec des pourcentages.
sites-delete = Supprimer le site
sites-delete-question = Supprimer le site ?
sites-delete-text = Toutes les requêtes vers ses hôtes sont refusées.
sites-deleted = Le site est supprimé.
sites-check = Vérifier une requête
sites-check-text = Montre ce qui arrive à une requête, et selon quelle règle. Aucune requête n’est envoyée.
sites-url = Adresse
sites-url-hint = Par exemple https://wiki.example.com/admin
sites-user-hint = Vide : un visiteur qui n’est pas connecté
sites-method = Méthode
sites-factor = Connecté avec
sites-second-factor = Deuxième facteur
sites-allow = Autorisée
sites-sign-in = Doit se connecter
sites-asks-factor = Doit prouver un deuxième facteur
sites-asks-passkey = Doit utiliser une clé d’accès
sites-deny = Refusée
sites-reason-no-rule = Aucune règle ne correspond.
sites-reason-ambiguous = Avec une autre casse, ou avec ou sans barre oblique finale, une autre règle correspondrait.
sites-reason-rule = La règle refuse tout le monde.
sites-reason-credential = La règle n’accepte ni jetons d’accès ni clés d’API.
sites-reason-not-allowed = L’utilisateur n’a aucun des rôles, groupes et permissions de la règle.
sites-proxy-config = Configuration du proxy
sites-proxy-config-text = Pour une application à http://127.0.0.1:8080 ; la commande doorward site proxy-config a des options pour d’autres adresses.
