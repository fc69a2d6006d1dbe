### Reports in the console: the numbers of each month.

reports-title = Rapports
reports-text = Chiffres de chaque mois (UTC). Le mois en cours est compté une fois par jour, et une dernière fois après sa fin.
reports-none = Le serveur compte le premier rapport dans la minute.
reports-month = Mois
reports-counted = Compté
reports-open = Pas encore terminé
reports-active-users = Utilisateurs qui se sont connectés
reports-new-users = Nouveaux utilisateurs
reports-disabled-users = Utilisateurs désactivés
reports-deleted-users = Utilisateurs supprimés
reports-roles-assigned = Rôles attribués
reports-roles-revoked = Rôles révoqués
reports-members-added = Membres ajoutés à des groupes et organisations
reports-members-removed = Membres retirés de groupes et organisations
reports-users = Utilisateurs qui ne sont pas désactivés
reports-with-password = Avec mot de passe
reports-with-passkey = Avec clé d’accès
reports-with-authenticator = Avec application d’authentification
reports-with-provider = Avec compte d’un service de connexion
reports-with-second-factor = Avec second facteur
reports-apps = Connexions par application
reports-no-apps = Il n’y a pas eu de connexion aux applications.
reports-other-apps = Toutes les autres applications
