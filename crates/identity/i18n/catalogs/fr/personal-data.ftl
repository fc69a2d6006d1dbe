### A copy of one's data, and the end of the account.

data-title = Vos données
data-prove-text = Pour télécharger vos données ou supprimer votre compte, vous devez avoir prouvé récemment que c’est bien vous. Cette preuve vaut ensuite 15 minutes.
data-prove = Confirmer que c’est bien vous
data-export-title = Télécharger vos données
data-export-text = Tout ce que nous savons de vous, en un fichier JSON : compte, profil, photo, sessions, applications, rôles et activité. Les mots de passe et les secrets n’y figurent pas.
data-export-submit = Télécharger
data-delete-title = Supprimer votre compte
data-delete-grace = { $days ->
    [one] Toutes les applications et tous les appareils sont déconnectés aussitôt. Un jour plus tard, le compte disparaît définitivement ; d’ici là, vous pouvez vous connecter et le conserver.
   *[other] Toutes les applications et tous les appareils sont déconnectés aussitôt. { $days } jours plus tard, le compte disparaît définitivement ; d’ici là, vous pouvez vous connecter et le conserver.
}
data-delete-soon = Toutes les applications et tous les appareils sont déconnectés aussitôt. Sous 24 heures, le compte disparaît définitivement ; d’ici là, vous pouvez vous connecter et le conserver.
data-name-label = Saisissez votre nom d’utilisateur ({ $name }) pour supprimer le compte
data-name-missing = Saisissez votre nom d’utilisateur pour supprimer le compte
data-name-other = Ce n’est pas votre nom d’utilisateur
data-last-administrator = Personne d’autre n’administre ce site. Désignez d’abord quelqu’un d’autre pour l’administrer.
data-last-owner = L’organisation { $name } n’a pas d’autre propriétaire. Désignez d’abord un autre propriétaire.
data-delete-submit = Supprimer mon compte
leaving-title = Votre compte sera supprimé le { $day }
leaving-account = Compte :
leaving-text = D’ici là, personne ne peut l’utiliser et aucune application n’y a accès. Si vous avez changé d’avis, conservez-le.
leaving-keep = Conserver mon compte
account-kept = Votre compte est conservé. Reconnectez-vous à vos applications.
