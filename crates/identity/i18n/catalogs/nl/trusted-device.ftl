# Browsers on which the second step is spared.

second-trust = { $days ->
    [one] Dit apparaat { $days } dag vertrouwen
   *[other] Dit apparaat { $days } dagen vertrouwen
}
trusted-title = Vertrouwde apparaten
trusted-text = Daar wordt niet naar de tweede stap gevraagd. Het wachtwoord is genoeg, behalve voor wijzigingen waarvoor beide nodig zijn.
trusted-since = Vertrouwd sinds
trusted-until = tot
trusted-remove = Verwijderen
trusted-remove-all = Alle verwijderen
trusted-gone = Er wordt weer naar de tweede stap gevraagd.
activity-trusted = Een apparaat wordt vertrouwd: daar een tijd lang geen tweede stap
activity-distrusted = Een apparaat wordt niet meer vertrouwd
notice-trusted-subject = Je vertrouwt een nieuw apparaat
notice-trusted-text = Vanaf nu vraagt { $site } bij het inloggen daar een tijd lang alleen om je wachtwoord.
