# Browsers on which the second step is spared.

second-trust = { $days ->
    [one] Diesem Gerät { $days } Tag lang vertrauen
   *[other] Diesem Gerät { $days } Tage lang vertrauen
}
trusted-title = Vertraute Geräte
trusted-text = Dort werden Sie nicht nach dem zweiten Schritt gefragt. Das Passwort genügt, außer für Änderungen, die beides brauchen.
trusted-since = Vertraut seit
trusted-until = bis
trusted-remove = Entfernen
trusted-remove-all = Alle entfernen
trusted-gone = Sie werden wieder nach dem zweiten Schritt gefragt.
activity-trusted = Einem Gerät wurde vertraut: dort eine Zeit lang kein zweiter Schritt
activity-distrusted = Das Vertrauen in ein Gerät wurde zurückgenommen
notice-trusted-subject = Sie vertrauen einem neuen Gerät
notice-trusted-text = Von jetzt an fragt die Anmeldung bei { $site } dort eine Zeit lang nur nach Ihrem Passwort.
