### Streams of signals: the page of the console.

signals-title = Signalströme
signals-text = Dienste, die innerhalb einer Sekunde erfahren, dass ein Zugriff endet.
signals-none = Noch hört kein Dienst zu. Jeder Dienst beginnt einen eigenen Strom.
signals-delivery = Zustellung
signals-polled = Der Dienst fragt
signals-paused = Angehalten
signals-used = Letzte Nutzung
