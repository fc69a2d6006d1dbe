### Devices and sessions.

sessions-end-others = Esci da tutti gli altri dispositivi
sessions-others-ended = Tutti gli altri dispositivi sono stati disconnessi.
