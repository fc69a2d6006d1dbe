### Streams of signals: the page of the console.

signals-title = Flujos de señales
signals-text = Servicios que saben en un segundo que un acceso termina.
signals-none = Todavía no escucha ningún servicio. Cada servicio inicia su propio flujo.
signals-delivery = Entrega
signals-polled = El servicio pregunta
signals-paused = En pausa
signals-used = Último uso
signals-events = Eventos
signals-lag = Retraso
signals-position = Posición
signals-next = Próximo intento
signals-pause = Pausar
signals-pause-question = ¿Pausar este flujo?
signals-pause-text = Las señales esperan. Hasta que se reactive el flujo, el servicio acepta accesos que han terminado.
signals-paused-done = El flujo está en pausa.
signals-enable = Activar
signals-enable-question = ¿Activar este flujo?
signals-enable-text = El servicio recibe las señales en espera.
signals-enable-dropped = El servicio recibe las señales nuevas. Las del tiempo en que el flujo estuvo desactivado se han perdido.
signals-enabled = El flujo está activado.
signals-delete = Eliminar el flujo
signals-delete-question = ¿Eliminar este flujo?
signals-delete-text = Las señales en espera se pierden. Un servicio que pregunta inicia otro flujo.
signals-deleted = El flujo se ha eliminado.
