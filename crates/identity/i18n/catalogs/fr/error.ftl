### Error pages: what happened, and why.

error-expired = Cette connexion a expiré
error-expired-text = Elle a été commencée il y a trop longtemps. Recommencez, et vous arriverez là où vous alliez.
error-finished = Votre session est déjà ouverte
error-finished-text = Cette connexion est déjà terminée. Il n’y a plus rien à faire sur cette page.
error-browser = Cette page appartient à un autre navigateur
error-browser-text = Une connexion doit se terminer dans le navigateur où elle a commencé. Vérifiez que les cookies sont autorisés, puis recommencez.
error-stale = Cette page est trop ancienne
error-stale-text = Elle est restée longtemps ouverte, ou votre session a changé entre-temps. Ouvrez-la à nouveau.
error-app = Cette application n’est pas connue ici
error-app-text = L’application qui vous a envoyé ici n’est pas enregistrée ou a été désactivée.
error-redirect = Cette application a envoyé une adresse de retour incorrecte
error-redirect-text = L’adresse vers laquelle vous renvoyer n’est pas enregistrée pour l’application. Pour votre sécurité, nous nous arrêtons ici.
error-app-request = Cette application a envoyé une requête illisible
error-app-request-text = Un élément de la requête de l’application manque ou n’est pas autorisé.
error-used = Cette connexion a déjà été utilisée
error-used-text = L’application ne peut utiliser sa demande de connexion qu’une seule fois. Retournez dans l’application et recommencez.
error-request = Nous n’avons pas pu lire cette requête
error-request-text = Un élément manque ou n’est pas autorisé. Revenez en arrière et réessayez.
error-forbidden = Vous ne pouvez pas ouvrir cette page
error-forbidden-text = Votre compte n’a pas l’autorisation nécessaire.
error-not-found = Il n’y a pas de page ici
error-not-found-text = L’adresse est peut-être mal saisie, ou la page a été déplacée.
error-method = Cela ne fonctionne pas ici
error-method-text = Cette adresse ne peut pas être utilisée de cette manière.
error-large = C’est trop à la fois
error-large-text = Ce qui a été envoyé dépasse la taille acceptée par cette page.
error-slow = Cela a pris trop de temps
error-slow-text = Tout ce qui a été envoyé n’est pas arrivé à temps. Rien n’a été modifié. Vérifiez votre connexion et renvoyez le tout.
error-media = Nous n’avons pas pu lire ce formulaire
error-media-text = Il a été envoyé dans un format que cette page n’accepte pas.
error-many = Trop de requêtes
error-many-text = { $minutes ->
    [one] Attendez une minute, puis réessayez.
   *[other] Attendez { $minutes } minutes, puis réessayez.
}
error-setup = La configuration nécessite un lien
error-setup-text = Exécutez « doorward admin open » sur le serveur pour en obtenir un. Un lien fonctionne une fois, et peu de temps.
error-closed = Vous ne pouvez pas créer de compte ici
error-closed-text = Les comptes sont créés par les responsables de ce site. Demandez-leur un compte.
error-internal = Un problème est survenu de notre côté
error-internal-text = Rien n’est perdu. Veuillez réessayer ; si cela persiste, envoyez-nous les détails ci-dessous.
error-read-only = Aucune modification pour le moment
error-read-only-text = { $minutes ->
    [one] Les modifications seront de nouveau possibles dans une minute. Rien n’a été modifié.
   *[other] Les modifications seront de nouveau possibles dans { $minutes } minutes. Rien n’a été modifié.
}
error-away = Nous revenons tout de suite
error-away-text = { $minutes ->
    [one] Une partie de ce service est momentanément indisponible. Réessayez dans une minute.
   *[other] Une partie de ce service est momentanément indisponible. Réessayez dans { $minutes } minutes.
}

error-tell-app = Transmettez les détails ci-dessous aux développeurs de l’application { $app }.
error-tell = Transmettez les détails ci-dessous aux développeurs de l’application.
error-details = Détails
error-code = Code
error-description = Motif
error-received = Adresse reçue
error-time = Heure
error-request-id = Requête

next-sign-in = Recommencer
next-account = Accéder à votre compte
next-retry = Réessayer
next-app = Retour à l’application

error-link = Ce lien ne fonctionne plus
error-link-text = Il a déjà été utilisé, il est trop ancien ou un plus récent a été envoyé. Demandez-en un nouveau.
