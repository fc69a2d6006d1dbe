### Streams of signals: the page of the console.

signals-title = Signal streams
signals-text = Services that learn within a second when access ends.
signals-none = No service listens yet. Each service starts a stream of its own.
signals-delivery = Delivery
signals-polled = The service asks
signals-paused = Paused
signals-used = Last use
signals-events = Events
signals-lag = Lag
signals-position = Position
signals-next = Next attempt
signals-pause = Pause
signals-pause-question = Pause this stream?
signals-pause-text = Signals wait. Until the stream is enabled again, the service accepts access that has ended.
signals-paused-done = The stream is paused.
signals-enable = Enable
signals-enable-question = Enable this stream?
signals-enable-text = The service gets the signals that wait.
signals-enable-dropped = The service gets new signals. Those from while the stream was disabled are lost.
signals-enabled = The stream is enabled.
signals-delete = Delete the stream
signals-delete-question = Delete this stream?
signals-delete-text = Signals that wait are lost. A service that asks starts another stream.
signals-deleted = The stream is deleted.
