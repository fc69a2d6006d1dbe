# Browsers on which the second step is spared.

second-trust = { $days ->
    [one] Considera attendibile questo dispositivo per { $days } giorno
    [many] Considera attendibile questo dispositivo per { $days } di giorni
   *[other] Considera attendibile questo dispositivo per { $days } giorni
}
trusted-title = Dispositivi attendibili
trusted-text = Lì non ti viene chiesto il secondo passaggio. Basta la password, tranne per le modifiche che richiedono entrambi.
trusted-since = Attendibile dal
trusted-until = fino al
trusted-remove = Rimuovi
trusted-remove-all = Rimuovi tutti
trusted-gone = Il secondo passaggio ti verrà chiesto di nuovo.
activity-trusted = Un dispositivo è diventato attendibile: per un po’ nessun secondo passaggio
activity-distrusted = Un dispositivo non è più attendibile
notice-trusted-subject = Hai un nuovo dispositivo attendibile
notice-trusted-text = D’ora in poi, per un certo periodo, l’accesso a { $site } chiede lì solo la tua password.
