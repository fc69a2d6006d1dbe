### Passkeys: Anmelden mit Fingerabdruck, Gesicht oder der PIN eines Geräts.

passkey-use = Passkey verwenden
passkey-needs = Für einen Passkey (Fingerabdruck, Gesicht oder Geräte-PIN) erlauben Sie bitte JavaScript.
passkey-rejected = Dieser Passkey wurde nicht angenommen. Versuchen Sie es noch einmal oder melden Sie sich anders an.
passkey-changed = Ihr Gerät meldet jetzt eine andere Art von Passkey als beim Hinzufügen. Melden Sie sich anders an, entfernen Sie ihn aus Ihrem Konto und fügen Sie ihn neu hinzu.
passkey-failed = Ihr Browser oder Passwortmanager konnte den Passkey nicht verwenden. Versuchen Sie es noch einmal oder wählen Sie ein anderes Gerät oder einen anderen Passwortmanager.
passkey-known = Dieses Gerät oder dieser Passwortmanager hat bereits einen Passkey für Ihr Konto.
passkey-recommended = Empfohlen
passkey-synced = Synchronisiert
passkey-device = Auf einem Gerät
passkey-made = hinzugefügt
passkey-used = Zuletzt verwendet
passkey-unused = Noch nicht verwendet
passkey-suspected = Von diesem Passkey gibt es vielleicht eine Kopie. Entfernen Sie ihn und fügen Sie einen neuen hinzu.
passkey-change = Umbenennen oder entfernen
passkey-change-label = { $name } umbenennen oder entfernen
passkey-name = Bezeichnung
passkey-rename = Umbenennen
passkey-remove = Entfernen

second-passkey-title = Bestätigen Sie, dass Sie es sind

passkeys-title = Ihre Passkeys
passkeys-text = Melden Sie sich mit Fingerabdruck, Gesicht oder Geräte-PIN statt mit einem Passwort an.
passkeys-none = Sie haben noch keinen Passkey.
passkeys-count = { $count ->
    [0] Keine
    [one] { $count } Passkey
   *[other] { $count } Passkeys
}
passkeys-add = Passkey hinzufügen
passkeys-confirm = Zum Hinzufügen noch einmal anmelden
passkeys-full = Sie haben so viele Passkeys, wie ein Konto haben kann.
passkeys-added = Der Passkey wurde hinzugefügt.
passkeys-renamed = Der Passkey hat seinen neuen Namen.
passkeys-removed = Der Passkey wurde entfernt. Entfernen Sie ihn auch von Ihrem Gerät.
passkeys-rejected = Dieser Passkey ließ sich nicht hinzufügen. Bitte versuchen Sie es noch einmal.
passkeys-bad-name = Verwenden Sie einen Namen mit 1 bis 60 Zeichen
passkeys-only-way = Anders als mit diesem Passkey können Sie sich nicht anmelden. Legen Sie zuerst ein Passwort fest, oder fügen Sie einen weiteren Passkey hinzu.
passkeys-only-factor = Ihr Konto braucht die Anmeldung in zwei Schritten. Fügen Sie zuerst einen weiteren Passkey oder eine Authenticator-App hinzu.

activity-passkey-failed = Eine Anmeldung mit einem Passkey ist fehlgeschlagen
activity-passkey-stepped-up = Noch einmal mit einem Passkey angemeldet
activity-passkey-added = Ein Passkey wurde hinzugefügt
activity-passkey-removed = Ein Passkey wurde entfernt

notice-passkey-added-subject = Ein Passkey wurde hinzugefügt
notice-passkey-added-text = Zu Ihrem Konto bei { $site } wurde ein Passkey hinzugefügt. Wer ihn hat, kann sich ohne Passwort anmelden.
notice-passkey-removed-subject = Ein Passkey wurde entfernt
notice-passkey-removed-text = Aus Ihrem Konto bei { $site } wurde ein Passkey entfernt. Mit ihm kann sich niemand mehr anmelden.
passkey-offer = Schneller anmelden: mit Fingerabdruck, Gesicht oder der PIN Ihres Geräts.
passkey-later = Nicht jetzt

mail-passkey-subject = Fügen Sie Ihrem Konto einen Passkey hinzu
mail-passkey-text = Die Administration von { $site } bittet Sie, Ihrem Konto einen Passkey hinzuzufügen. Öffnen Sie den Link auf dem Gerät, das ihn behalten soll: Dort melden Sie sich dann mit Fingerabdruck, Gesicht oder Geräte-PIN an.
