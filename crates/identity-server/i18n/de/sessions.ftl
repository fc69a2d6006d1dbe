### Geräte und Sitzungen.

sessions-end-others = Überall sonst abmelden
sessions-others-ended = Alle anderen Geräte sind abgemeldet.
