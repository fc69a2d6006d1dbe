### Streams of signals: the page of the console.

signals-title = Flujos de señales
signals-text = Servicios que saben en un segundo que un acceso termina.
signals-none = Todavía no escucha ningún servicio. Cada servicio inicia su propio flujo.
signals-delivery = Entrega
signals-polled = El servicio pregunta
signals-paused = En pausa
signals-used = Último uso
