### Devices and sessions.

sessions-end-others = Cerrar sesión en los demás dispositivos
sessions-others-ended = Se ha cerrado la sesión en los demás dispositivos.
