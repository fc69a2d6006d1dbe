### Sicherheitshinweise per Mail.

notice-happened = Es kam von { $device } am { $time }.
notice-happened-ip = Es kam von { $device }, Adresse { $ip }, am { $time }.
notice-otherwise = Wenn Sie das waren, ist nichts zu tun. Wenn nicht, sichern Sie jetzt Ihr Konto: Die Seite meldet andere Geräte ab und führt zu einem neuen Passwort.
notice-button = Konto sichern

notice-factor-added-subject = Die Anmeldung in zwei Schritten ist eingeschaltet
notice-factor-added-text = Zu Ihrem Konto bei { $site } wurde eine Authenticator-App hinzugefügt. Bei der Anmeldung wird jetzt auch nach ihrem Code gefragt.
notice-factor-removed-subject = Die Anmeldung in zwei Schritten ist ausgeschaltet
notice-factor-removed-text = Die Authenticator-App und die Wiederherstellungscodes wurden aus Ihrem Konto bei { $site } entfernt. Zur Anmeldung genügt jetzt das Passwort.
notice-codes-made-subject = Neue Wiederherstellungscodes wurden erstellt
notice-codes-made-text = Für Ihr Konto bei { $site } wurden neue Wiederherstellungscodes erstellt. Die alten funktionieren nicht mehr.
notice-code-used-subject = Ein Wiederherstellungscode wurde verwendet
notice-code-used-text = Mit einem Wiederherstellungscode hat sich jemand bei Ihrem Konto bei { $site } angemeldet. { $count ->
    [one] Es ist noch ein Code übrig.
   *[other] Es sind noch { $count } Codes übrig.
}
notice-code-used-few-text = Mit einem Wiederherstellungscode hat sich jemand bei Ihrem Konto bei { $site } angemeldet. { $count ->
    [0] Es ist keiner mehr übrig.
    [one] Es ist nur noch einer übrig.
   *[other] Es sind nur noch { $count } übrig.
} Erstellen Sie neue unter „Anmeldung in zwei Schritten“ in Ihrem Konto.
notice-new-device-subject = Neue Anmeldung bei Ihrem Konto
notice-new-device-text = Jemand hat sich bei Ihrem Konto bei { $site } mit einem Gerät angemeldet, das bisher nicht vorkam.
notice-locked-subject = Zu viele fehlgeschlagene Anmeldungen
notice-locked-text = Jemand hat für Ihr Konto bei { $site } zu oft ein falsches Passwort eingegeben. Die Anmeldung von unbekannten Geräten wartet jetzt { $count ->
    [one] eine Minute.
   *[other] { $count } Minuten.
} Geräte, die Sie schon benutzt haben, sind nicht betroffen.
notice-codes-locked-subject = Zu viele falsche Codes
notice-codes-locked-text = Jemand hat bei { $site } Ihr Passwort und danach zu oft einen falschen Code eingegeben. Der zweite Schritt wartet jetzt { $count ->
    [one] eine Minute.
   *[other] { $count } Minuten.
} Wer immer es war, kennt Ihr Passwort.
notice-api-key-subject = Ein API-Schlüssel wurde erstellt
notice-api-key-text = Für Ihr Konto bei { $site } wurde ein API-Schlüssel erstellt. Programme, die ihn haben, können für Sie handeln.
notice-disowned-subject = Sie haben etwas in Ihrem Konto gemeldet
notice-disowned-text = Jemand, der bei Ihrem Konto bei { $site } angemeldet ist, hat gemeldet, dass etwas in seinen Aktivitäten nicht von ihm war. Ihre API-Schlüssel wurden widerrufen, und bisher gemailte Links gelten nicht mehr.
