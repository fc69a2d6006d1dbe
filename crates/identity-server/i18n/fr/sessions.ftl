### Devices and sessions.

sessions-end-others = Se déconnecter partout ailleurs
sessions-others-ended = Tous les autres appareils sont déconnectés.
