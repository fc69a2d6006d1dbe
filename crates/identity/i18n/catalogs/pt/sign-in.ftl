### Signing in, registering, setting up, signing out.

login-title = Entrar
login-identifier = Nome de usuário ou e-mail
login-remember = Manter a sessão ativa neste dispositivo
login-submit = Entrar
login-or = ou
login-new-here = Primeira vez aqui?
login-create = Criar uma conta
login-rejected = O nome de usuário, o e-mail ou a senha está incorreto.
login-missing-identifier = Digite seu nome de usuário ou e-mail
login-missing-password = Digite sua senha
login-again = Este app pede que você entre novamente.
login-session-ended = Sua sessão terminou. Entre para continuar.
login-verify-email = Entre para confirmar seu endereço de e-mail.

register-title = Crie sua conta
register-submit = Criar conta
register-have = Já tem uma conta?

setup-title = Criar a primeira conta de administração
setup-text = Esta conta pode gerenciar tudo aqui. Você pode adicionar mais usuários depois.
setup-submit = Criar conta de administração

username = Nome de usuário
username-hint = Letras, dígitos, pontos, hífens e sublinhados.
username-optional = Opcional.
username-missing = Escolha um nome de usuário
username-taken = Este nome de usuário já está em uso. Escolha outro.
username-invalid = Use de 2 a 64 letras, dígitos, pontos, hífens ou sublinhados. Comece com uma letra ou um dígito.
username-reserved = Este nome de usuário está reservado. Escolha outro.
email = E-mail
email-missing = Digite seu endereço de e-mail
email-taken = Já existe uma conta com este e-mail. Entre com ela.
email-invalid = Digite um endereço de e-mail como name@example.com
email-undeliverable = Não podemos enviar e-mail para este endereço por causa dos caracteres antes do @. Use outro endereço.
email-verified = Verificado
email-unverified = Não verificado
password = Senha
password-hint = Pelo menos { $min } caracteres. Algumas palavras aleatórias funcionam bem.
password-confirm = Repita a senha
password-missing = Escolha uma senha
password-too-short = Use pelo menos { $min } caracteres
password-too-long = Esta senha é longa demais. Use no máximo 256 caracteres.
password-numeric = Esta senha só tem dígitos. Adicione algumas palavras.
password-common = Esta senha está em listas de senhas comuns. Escolha outra.
password-temporary = Esta é a senha anterior. Escolha outra.
password-guessable = Esta senha é fácil de adivinhar. Adicione mais uma ou duas palavras aleatórias.
password-like-username = Esta senha é parecida demais com seu nome de usuário
password-like-email = Esta senha é parecida demais com seu endereço de e-mail
password-like-name = Esta senha é parecida demais com seu nome
password-like-site = Esta senha é parecida demais com o nome deste site
password-mismatch = As duas senhas são diferentes. Digite-as novamente.

select-title = Escolha uma conta
select-current = Continuar como { $name }

logout-title = Sair?
logout-text = Você pode entrar em { $site } novamente a qualquer momento.
logout-app = { $app } pede para encerrar sua sessão. Sua sessão aqui também termina.
logout-submit = Sair
logout-stay = Continuar na conta
logged-out-title = Você saiu
logged-out-text = Se outras pessoas usam este dispositivo, feche também o navegador.
logged-out-again = Entrar novamente
logged-out-nobody = Você não está conectado
logged-out-nobody-text = Não há nenhuma sessão para encerrar neste navegador.
logged-out-nobody-sign-in = Entrar
logout-problem = O pedido de saída do app não é válido; você não será enviado de volta ao app:
onward-title = Continuar para { $host }?
onward-text = { $app } enviou um pedido que não pode ser atendido.
onward-go = Continuar para { $host }

form-post-title = Voltando para { $app }
form-post-text = Se nada acontecer em alguns segundos, pressione Continuar.
