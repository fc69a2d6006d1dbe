### Streams of signals: the page of the console.

signals-title = Flussi di segnali
signals-text = Servizi che sanno entro un secondo quando un accesso termina.
signals-none = Nessun servizio è ancora in ascolto. Ogni servizio avvia un proprio flusso.
signals-delivery = Consegna
signals-polled = Il servizio chiede
signals-paused = In pausa
signals-used = Ultimo uso
signals-events = Eventi
signals-lag = Ritardo
signals-position = Posizione
signals-next = Prossimo tentativo
signals-pause = Sospendi
signals-pause-question = Sospendere questo flusso?
signals-pause-text = I segnali attendono. Finché il flusso non viene riattivato, il servizio accetta accessi terminati.
signals-paused-done = Il flusso è sospeso.
signals-enable = Attiva
signals-enable-question = Attivare questo flusso?
signals-enable-text = Il servizio riceve i segnali in attesa.
signals-enable-dropped = Il servizio riceve i nuovi segnali. Quelli del periodo in cui il flusso era disattivato sono persi.
signals-enabled = Il flusso è attivo.
signals-delete = Elimina il flusso
signals-delete-question = Eliminare questo flusso?
signals-delete-text = I segnali in attesa vanno persi. Un servizio che chiede avvia un altro flusso.
signals-deleted = Il flusso è eliminato.
