### Connecting a device that has no browser of its own.

device-title = Connecter un appareil
device-text = Saisissez le code affiché sur votre appareil.
device-code = Code
device-code-hint = Huit lettres, par exemple WDJB-MJHT.
device-compare-filled = Ne continuez que si votre appareil affiche exactement ce code.
device-missing = Saisissez le code
device-wrong = Ce code est incorrect ou a expiré. Regardez à nouveau votre appareil.
device-another = Sur un autre appareil
device-compare = Ne continuez que si vous voyez ce code sur votre appareil :
device-started = Début :
device-allowed = Votre appareil est connecté
device-allowed-text = { $app } a maintenant accès. Revenez à votre appareil. Vous pouvez fermer cette page.
device-refused = Votre appareil n’a pas été connecté
device-refused-text = { $app } n’a pas accès. Vous pouvez fermer cette page.
