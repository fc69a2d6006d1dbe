### Connecting a device that has no browser of its own.

device-title = Connect a device
device-text = Enter the code that your device shows.
device-code = Code
device-code-hint = Eight letters, such as WDJB-MJHT.
device-compare-filled = Only continue if your device shows exactly this code.
device-missing = Enter the code
device-wrong = That code is not right, or it is over. Look at your device again.
device-another = On another device
device-compare = Only continue if you see this code on your device:
device-started = Started:
device-allowed = Your device is connected
device-allowed-text = { $app } has access now. Go back to your device. You can close this page.
device-refused = Your device was not connected
device-refused-text = { $app } has no access. You can close this page.
