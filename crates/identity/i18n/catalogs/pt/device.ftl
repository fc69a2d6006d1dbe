### Connecting a device that has no browser of its own.

device-title = Conectar um dispositivo
device-text = Digite o código que seu dispositivo mostra.
device-code = Código
device-code-hint = Oito letras, como WDJB-MJHT.
device-compare-filled = Continue somente se seu dispositivo mostrar exatamente este código.
device-missing = Digite o código
device-wrong = Esse código está incorreto ou expirou. Olhe novamente para seu dispositivo.
device-another = Em outro dispositivo
device-compare = Continue somente se você vir este código no seu dispositivo:
device-started = Início:
device-allowed = Seu dispositivo está conectado
device-allowed-text = { $app } agora tem acesso. Volte para seu dispositivo. Você pode fechar esta página.
device-refused = Seu dispositivo não foi conectado
device-refused-text = { $app } não tem acesso. Você pode fechar esta página.
