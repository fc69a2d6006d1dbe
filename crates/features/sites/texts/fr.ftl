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
sites-page-id = Identifiant
sites-page-home = Page d’accueil
sites-page-again = Réessayer
