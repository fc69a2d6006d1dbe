### Streams of signals: the page of the console.

signals-title = Flux de signaux
signals-text = Services qui apprennent en une seconde qu’un accès prend fin.
signals-none = Aucun service n’écoute encore. Chaque service ouvre son propre flux.
signals-delivery = Remise
signals-polled = Le service demande
signals-paused = En pause
signals-used = Dernière utilisation
signals-events = Événements
signals-lag = Retard
signals-position = Position
signals-next = Prochaine tentative
signals-pause = Suspendre
signals-pause-question = Suspendre ce flux ?
signals-pause-text = Les signaux attendent. Tant que le flux n’est pas réactivé, le service accepte des accès terminés.
signals-paused-done = Le flux est suspendu.
signals-enable = Activer
signals-enable-question = Activer ce flux ?
signals-enable-text = Le service reçoit les signaux en attente.
signals-enable-dropped = Le service reçoit les nouveaux signaux. Ceux de la période où le flux était désactivé sont perdus.
signals-enabled = Le flux est activé.
signals-delete = Supprimer le flux
signals-delete-question = Supprimer ce flux ?
signals-delete-text = Les signaux en attente sont perdus. Un service qui demande démarre un autre flux.
signals-deleted = Le flux est supprimé.
