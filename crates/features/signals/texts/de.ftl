### Streams of signals: the page of the console.

signals-title = Signalströme
signals-text = Dienste, die innerhalb einer Sekunde erfahren, dass ein Zugriff endet.
signals-none = Noch hört kein Dienst zu. Jeder Dienst beginnt einen eigenen Strom.
signals-delivery = Zustellung
signals-polled = Der Dienst fragt
signals-paused = Angehalten
signals-used = Letzte Nutzung
signals-events = Ereignisse
signals-lag = Verzögerung
signals-position = Position
signals-next = Nächster Versuch
signals-pause = Anhalten
signals-pause-question = Diesen Strom anhalten?
signals-pause-text = Signale warten. Bis der Strom wieder aktiviert ist, akzeptiert der Dienst beendete Zugriffe.
signals-paused-done = Der Strom ist angehalten.
signals-enable = Aktivieren
signals-enable-question = Diesen Strom aktivieren?
signals-enable-text = Der Dienst erhält die wartenden Signale.
signals-enable-dropped = Der Dienst erhält neue Signale. Die aus der Zeit, in der der Strom deaktiviert war, sind verloren.
signals-enabled = Der Strom ist aktiviert.
signals-delete = Strom löschen
signals-delete-question = Diesen Strom löschen?
signals-delete-text = Wartende Signale gehen verloren. Ein Dienst, der fragt, beginnt einen neuen Strom.
signals-deleted = Der Strom ist gelöscht.
