### Devices and sessions.

sessions-end-others = Se déconnecter partout ailleurs
sessions-others-ended = Tous les autres appareils sont déconnectés.

ended-title = Pourquoi ma session a-t-elle pris fin ?
ended-list-title = Sessions terminées
ended-list-text = Où vous étiez connecté, et pourquoi vous ne l’êtes plus.
ended-none = Aucune session ne s’est terminée récemment.
ended-idle = Elle est restée trop longtemps inutilisée.
ended-expired = Elle a atteint la durée maximale d’une session.
ended-signed-out = Vous vous y êtes déconnecté.
ended-replaced = Une autre connexion l’a remplacée dans le même navigateur.
ended-password = Le mot de passe a été modifié ou réinitialisé.
ended-administrator = Un administrateur y a mis fin.
ended-owner = Vous y avez mis fin depuis un autre appareil.
ended-factor = La validation en deux étapes a été modifiée.
ended-reuse = L’une de ses clés a été utilisée deux fois. Elle a été terminée pour vous protéger.
ended-too-many = Le compte avait trop de sessions. Les plus anciennes ont été terminées.
