### The pages of the console that change many users at once, and that end chosen objects.

console-bulk-action = Avec les utilisateurs choisis
console-bulk-choose = Choisissez quoi faire
console-bulk-group = Ajouter à un groupe
console-bulk-all-count = { $count ->
    [one] Choisir le seul qui correspond
   *[other] Choisir les { $count } qui correspondent
}
console-bulk-all-matching = Choisir tous ceux qui correspondent
console-bulk-all-page = Choisir tous ceux de cette page
console-bulk-all-chosen = Tous les utilisateurs qui correspondent sont choisis, sur toutes les pages de la liste.
console-bulk-single = Choisir des utilisateurs un à un
console-bulk-nothing = Choisissez-en au moins un
console-bulk-no-action = Choisissez quoi faire avec les utilisateurs choisis
console-bulk-disable-question = Désactiver ces comptes ?
console-bulk-disable-text = Les utilisateurs ne peuvent plus se connecter, et tout accès des applications prend fin. Les noms, les rôles et les groupes restent. Pour annuler, réactivez les comptes ; les accès retirés ne reviennent pas.
console-bulk-enable-question = Activer ces comptes ?
console-bulk-enable-text = Les utilisateurs peuvent de nouveau se connecter. Les accès retirés ne reviennent pas. Pour annuler, désactivez de nouveau les comptes.
console-bulk-end-question = Terminer toutes les sessions de ces utilisateurs ?
console-bulk-end-text = Ils sont déconnectés de tous leurs appareils et doivent se reconnecter. Les comptes restent tels quels. L’accès des applications prend fin aussi. Cela ne peut pas être annulé.
console-bulk-group-question = Ajouter ces utilisateurs à un groupe ?
console-bulk-group-text = Ils reçoivent les rôles du groupe dès la prochaine requête. Leurs autres groupes et rôles restent. Pour annuler, retirez les membres du groupe.
console-bulk-verify = Marquer les e-mails comme vérifiés
console-bulk-verify-question = Marquer les e-mails de ces utilisateurs comme vérifiés ?
console-bulk-verify-text = Leurs e-mails comptent comme vérifiés, et les utilisateurs se connectent sans lien reçu par e-mail. Ne le faites que si vous savez que les e-mails leur appartiennent. Pour annuler, ouvrez chaque utilisateur.
console-bulk-domain = Changer le domaine des e-mails
console-bulk-domain-question = Changer le domaine des e-mails de ces utilisateurs ?
console-bulk-domain-text = Les e-mails de l’ancien domaine passent au nouveau et restent vérifiés s’ils l’étaient. Un e-mail qu’un autre compte possède est laissé de côté et listé. Pour annuler, rétablissez l’ancien domaine.
console-bulk-domain-from = Ancien domaine
console-bulk-domain-to = Nouveau domaine
console-bulk-domain-invalid = Saisissez un autre domaine, par exemple example.org
console-bulk-mail = Envoyer un message à l’ancien e-mail
console-bulk-password = Exiger un nouveau mot de passe
console-bulk-password-question = Exiger un nouveau mot de passe de ces utilisateurs ?
console-bulk-password-text = Leurs mots de passe ne permettent plus de se connecter. Chaque utilisateur en choisit un autre, différent de l’ancien, par un lien envoyé par e-mail. Les sessions, les clés d’API et l’accès des applications prennent fin, sauf si vous les conservez. Les utilisateurs sans mot de passe restent tels quels. Cela ne peut pas être annulé.
console-bulk-keep = Conserver les sessions, les clés d’API et l’accès des applications
console-bulk-password-mail = Envoyer un message à chaque utilisateur
console-bulk-group-path = Groupe
console-bulk-group-hint = Chemin, comme /sales/north, ou identifiant
console-bulk-group-unknown = Saisissez le chemin ou l’identifiant d’un groupe
console-bulk-skips = Votre propre compte et les comptes qui ont plus de droits que le vôtre sont laissés de côté.
console-bulk-later = Plus de 50 utilisateurs sont modifiés en arrière-plan. Vous pouvez suivre l’opération et l’arrêter.
console-bulk-chosen = Choisis
console-bulk-users = { $count ->
    [one] Un utilisateur
   *[other] { $count } utilisateurs
}
console-bulk-many = Non comptés : trop de comptes à vérifier
console-bulk-filter = Filtre
console-bulk-progress = Avancement
console-bulk-tried = { $count ->
    [one] Un utilisateur traité jusqu’ici
   *[other] { $count } utilisateurs traités jusqu’ici
}
console-bulk-done = Modifiés
console-bulk-failed = Non modifiés
console-bulk-started = Commencé
console-bulk-ended = Terminé
console-bulk-stopped = Arrêté
console-bulk-stop = Arrêter
console-bulk-stop-question = Arrêter cette modification ?
console-bulk-stop-text = Les utilisateurs déjà modifiés le restent.
console-bulk-stop-done = La modification a été arrêtée.
console-bulk-refresh = Actualiser
console-bulk-why-requested = Un administrateur l’a arrêtée
console-bulk-why-deleted = Le compte qui l’a commencée a été supprimé
console-bulk-why-disabled = Le compte qui l’a commencée a été désactivé
console-bulk-why-permission = L’autorisation nécessaire manque
console-bulk-why-interrupted = La commande lancée en ligne de commande a été interrompue
console-bulk-not-found = Ce compte n’existe pas
console-bulk-error = Échec sur ce serveur. Réessayez.
console-chosen-nothing = Choisissez au moins un élément
console-chosen-failed = Non effectué
console-chosen-gone = Cet élément n’existe plus, ou vous ne pouvez pas le voir.
console-chosen-used = Cet élément a été utilisé entre-temps.
console-chosen-sessions = Terminer les sessions choisies
console-chosen-sessions-question = Terminer les sessions choisies ?
console-chosen-sessions-text = Les utilisateurs sont déconnectés de ces appareils et doivent se reconnecter. L’accès des applications prend fin aussi. Cela ne peut pas être annulé.
console-chosen-sessions-ended = { $count ->
    [one] Une session a été terminée.
   *[other] { $count } sessions ont été terminées.
}
console-chosen-sessions-failed = { $count ->
    [one] Une session n’a pas été terminée.
   *[other] { $count } sessions n’ont pas été terminées.
}
console-chosen-roles = Retirer les rôles choisis
console-chosen-roles-question = Retirer les rôles choisis ?
console-chosen-roles-text = Ce que les rôles permettent n’est plus permis dès la prochaine requête. Pour annuler, ouvrez les événements dans le journal d’audit.
console-chosen-roles-removed = { $count ->
    [one] Un rôle a été retiré.
   *[other] { $count } rôles ont été retirés.
}
console-chosen-roles-failed = { $count ->
    [one] Un rôle n’a pas été retiré.
   *[other] { $count } rôles n’ont pas été retirés.
}
console-chosen-apps = Désactiver les applications choisies
console-chosen-apps-question = Désactiver les applications choisies ?
console-chosen-apps-text = Les utilisateurs ne peuvent plus se connecter à ces applications, et leur accès prend fin. Vous pouvez les réactiver.
console-chosen-apps-ended = { $count ->
    [one] Une application a été désactivée.
   *[other] { $count } applications ont été désactivées.
}
console-chosen-apps-failed = { $count ->
    [one] Une application n’a pas été désactivée.
   *[other] { $count } applications n’ont pas été désactivées.
}
console-chosen-keys = Révoquer les clés choisies
console-chosen-keys-question = Révoquer les clés choisies ?
console-chosen-keys-text = Les programmes qui les utilisent cesseront de fonctionner d’ici une demi-minute. Cette action est irréversible.
console-chosen-keys-ended = { $count ->
    [one] Une clé a été révoquée.
   *[other] { $count } clés ont été révoquées.
}
console-chosen-keys-failed = { $count ->
    [one] Une clé n’a pas été révoquée.
   *[other] { $count } clés n’ont pas été révoquées.
}
console-chosen-accounts = Désactiver les comptes choisis
console-chosen-accounts-ended = { $count ->
    [one] Un compte a été désactivé.
   *[other] { $count } comptes ont été désactivés.
}
console-chosen-accounts-failed = { $count ->
    [one] Un compte n’a pas été désactivé.
   *[other] { $count } comptes n’ont pas été désactivés.
}
