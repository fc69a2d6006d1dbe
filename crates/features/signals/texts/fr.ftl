### Streams of signals: the page of the console.

signals-title = Flux de signaux
signals-text = Services qui apprennent en une seconde qu’un accès prend fin.
signals-none = Aucun service n’écoute encore. Chaque service ouvre son propre flux.
signals-delivery = Remise
signals-polled = Le service demande
signals-paused = En pause
signals-used = Dernière utilisation
