### Streams of signals: the page of the console.

signals-title = Signaalstromen
signals-text = Diensten die binnen een seconde horen dat toegang eindigt.
signals-none = Er luistert nog geen dienst. Elke dienst begint een eigen stroom.
signals-delivery = Bezorging
signals-polled = De dienst vraagt
signals-paused = Gepauzeerd
signals-used = Laatst gebruikt
