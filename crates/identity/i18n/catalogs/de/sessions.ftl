### Geräte und Sitzungen.

sessions-end-others = Überall sonst abmelden
sessions-others-ended = Alle anderen Geräte sind abgemeldet.

ended-title = Warum wurde meine Sitzung beendet?
ended-list-title = Beendete Sitzungen
ended-list-text = Wo Sie angemeldet waren und warum Sie es nicht mehr sind.
ended-none = In letzter Zeit ist keine Sitzung zu Ende gegangen.
ended-idle = Sie wurde zu lange nicht benutzt.
ended-expired = Sie hat so lange gedauert, wie eine Sitzung dauern darf.
ended-signed-out = Sie haben sich dort abgemeldet.
ended-replaced = Eine andere Anmeldung im selben Browser hat sie ersetzt.
ended-password = Das Passwort wurde geändert oder zurückgesetzt.
ended-administrator = Ein Administrator hat sie beendet.
ended-owner = Sie haben sie von einem anderen Gerät aus beendet.
ended-factor = Die Anmeldung in zwei Schritten wurde geändert.
ended-reuse = Einer ihrer Schlüssel wurde zweimal benutzt. Zu Ihrem Schutz wurde sie beendet.
ended-too-many = Das Konto hatte zu viele Sitzungen. Die ältesten wurden beendet.
