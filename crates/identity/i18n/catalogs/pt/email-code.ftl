# Signing in with a mailed code.

email-code-button = Receber um código por e-mail
email-code-title = Entrar com um código
email-code-text = Enviamos um código para o endereço da sua conta.
email-code-send = Enviar o código
email-code-enter = Digite o código do e-mail
email-code-sent = Se a conta tiver um endereço confirmado, um e-mail está a caminho. Mantenha esta página aberta.
email-code-hint = Oito dígitos. Funcionam uma vez, por 10 minutos.
email-code-wrong = Esse código não confere. Só o e-mail mais recente tem o certo.
email-code-again = Enviar outro código
email-code-other = Entrar de outra forma
email-code-title-link = Entrar aqui?
email-code-text-link = Continue somente se foi você quem pediu este e-mail.
mail-code-subject = { $code } é o seu código para { $site }
mail-code-text = Digite o código { $code } para entrar em { $site }.
mail-code-button = Entrar
mail-code-expires = O código e o link funcionam uma vez, em até 10 minutos, no navegador que os pediu.
mail-code-otherwise = Se não foi você, pode ignorar este e-mail. Nunca diga o código a ninguém.
activity-email-code = Um código para entrar foi solicitado por e-mail
