# Browsers on which the second step is spared.

second-trust = { $days ->
    [one] Confiar en este dispositivo durante { $days } día
    [many] Confiar en este dispositivo durante { $days } de días
   *[other] Confiar en este dispositivo durante { $days } días
}
trusted-title = Dispositivos de confianza
trusted-text = Allí no se te pide el segundo paso. Basta con la contraseña, salvo para cambios que necesitan ambos.
trusted-since = De confianza desde el
trusted-until = hasta el
trusted-remove = Quitar
trusted-remove-all = Quitar todos
trusted-gone = Se te volverá a pedir el segundo paso.
activity-trusted = Se confió en un dispositivo: sin segundo paso durante un tiempo
activity-distrusted = Se retiró la confianza en un dispositivo
notice-trusted-subject = Confías en un dispositivo nuevo
notice-trusted-text = A partir de ahora, el inicio de sesión en { $site } solo pide allí tu contraseña durante un tiempo.
