### Ein Gerät ohne eigenen Browser verbinden.

device-title = Gerät verbinden
device-text = Geben Sie den Code ein, den Ihr Gerät zeigt.
device-code = Code
device-code-hint = Acht Buchstaben, zum Beispiel WDJB-MJHT.
device-compare-filled = Machen Sie nur weiter, wenn Ihr Gerät genau diesen Code zeigt.
device-missing = Geben Sie den Code ein
device-wrong = Dieser Code stimmt nicht, oder er ist abgelaufen. Sehen Sie noch einmal auf Ihr Gerät.
device-another = Auf einem anderen Gerät
device-compare = Machen Sie nur weiter, wenn Sie diesen Code auf Ihrem Gerät sehen:
device-started = Begonnen:
device-allowed = Ihr Gerät ist verbunden
device-allowed-text = { $app } hat jetzt Zugriff. Sehen Sie auf Ihr Gerät. Diese Seite können Sie schließen.
device-refused = Ihr Gerät wurde nicht verbunden
device-refused-text = { $app } hat keinen Zugriff. Diese Seite können Sie schließen.
