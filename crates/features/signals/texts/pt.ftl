### Streams of signals: the page of the console.

signals-title = Fluxos de sinais
signals-text = Serviços que sabem em um segundo quando um acesso termina.
signals-none = Nenhum serviço escuta ainda. Cada serviço inicia o próprio fluxo.
signals-delivery = Entrega
signals-polled = O serviço pergunta
signals-paused = Em pausa
signals-used = Último uso
signals-events = Eventos
signals-lag = Atraso
signals-position = Posição
signals-next = Próxima tentativa
signals-pause = Pausar
signals-pause-question = Pausar este fluxo?
signals-pause-text = Os sinais esperam. Até o fluxo ser ativado de novo, o serviço aceita acessos que terminaram.
signals-paused-done = O fluxo está em pausa.
signals-enable = Ativar
signals-enable-question = Ativar este fluxo?
signals-enable-text = O serviço recebe os sinais em espera.
signals-enable-dropped = O serviço recebe os sinais novos. Os do tempo em que o fluxo esteve desativado perderam-se.
signals-enabled = O fluxo está ativado.
signals-delete = Eliminar o fluxo
signals-delete-question = Eliminar este fluxo?
signals-delete-text = Os sinais em espera perdem-se. Um serviço que pergunta inicia outro fluxo.
signals-deleted = O fluxo foi eliminado.
