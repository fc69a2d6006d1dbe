### Streams of signals: the page of the console.

signals-title = Flussi di segnali
signals-text = Servizi che sanno entro un secondo quando un accesso termina.
signals-none = Nessun servizio è ancora in ascolto. Ogni servizio avvia un proprio flusso.
signals-delivery = Consegna
signals-polled = Il servizio chiede
signals-paused = In pausa
signals-used = Ultimo uso
