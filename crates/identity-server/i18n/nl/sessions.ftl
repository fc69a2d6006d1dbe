### Devices and sessions.

sessions-end-others = Overal elders uitloggen
sessions-others-ended = Alle andere apparaten zijn uitgelogd.
