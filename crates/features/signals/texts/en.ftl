### Streams of signals: the page of the console.

signals-title = Signal streams
signals-text = Services that learn within a second when access ends.
signals-none = No service listens yet. Each service starts a stream of its own.
signals-delivery = Delivery
signals-polled = The service asks
signals-paused = Paused
signals-used = Last use
