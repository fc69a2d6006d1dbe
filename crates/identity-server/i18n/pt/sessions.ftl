### Devices and sessions.

sessions-end-others = Sair em todos os outros dispositivos
sessions-others-ended = Todos os outros dispositivos foram desconectados.
