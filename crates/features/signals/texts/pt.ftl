### Streams of signals: the page of the console.

signals-title = Fluxos de sinais
signals-text = Serviços que sabem em um segundo quando um acesso termina.
signals-none = Nenhum serviço escuta ainda. Cada serviço inicia o próprio fluxo.
signals-delivery = Entrega
signals-polled = O serviço pergunta
signals-paused = Em pausa
signals-used = Último uso
