### Streams of signals: the page of the console.

signals-title = Signaalstromen
signals-text = Diensten die binnen een seconde horen dat toegang eindigt.
signals-none = Er luistert nog geen dienst. Elke dienst begint een eigen stroom.
signals-delivery = Bezorging
signals-polled = De dienst vraagt
signals-paused = Gepauzeerd
signals-used = Laatst gebruikt
signals-events = Gebeurtenissen
signals-lag = Achterstand
signals-position = Positie
signals-next = Volgende poging
signals-pause = Pauzeren
signals-pause-question = Deze stroom pauzeren?
signals-pause-text = Signalen wachten. Tot de stroom weer is ingeschakeld, accepteert de dienst toegang die is beëindigd.
signals-paused-done = De stroom is gepauzeerd.
signals-enable = Inschakelen
signals-enable-question = Deze stroom inschakelen?
signals-enable-text = De dienst krijgt de wachtende signalen.
signals-enable-dropped = De dienst krijgt nieuwe signalen. Die uit de tijd dat de stroom was uitgeschakeld, zijn verloren.
signals-enabled = De stroom is ingeschakeld.
signals-delete = Stroom verwijderen
signals-delete-question = Deze stroom verwijderen?
signals-delete-text = Wachtende signalen gaan verloren. Een dienst die vraagt, begint een andere stroom.
signals-deleted = De stroom is verwijderd.
