### Devices and sessions.

sessions-end-others = Sair de todos os outros dispositivos
sessions-others-ended = Todos os outros dispositivos foram desconectados.
