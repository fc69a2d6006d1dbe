### Devices and sessions.

sessions-end-others = Wyloguj wszędzie indziej
sessions-others-ended = Wszystkie inne urządzenia zostały wylogowane.
