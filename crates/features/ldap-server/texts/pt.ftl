### App passwords: the pages of the account, and the mail.

app-password-title = Senhas de app
app-password-text = Um app que não consegue abrir a página de login deste site pede uma senha de app em vez da sua. Crie uma para cada app e remova-a quando não usar mais o app.
app-password-none = Você não tem senhas de app.
app-password-new = Nova senha de app
app-password-new-text = Sua própria senha continua secreta: um app com uma senha de app pode ler seu perfil e seus grupos, e nada mais.
app-password-name = Nome do app
app-password-name-hint = O app em que você digita a senha.
app-password-submit = Criar senha de app
app-password-too-many = Você tem 20 senhas de app. Remova uma que não usa mais.
app-password-made = Sua senha de app
app-password-made-text = Copie-a agora: ela é mostrada somente desta vez.
app-password-made-use = Digite-a no app, com seu nome de usuário ou este nome:
app-password-made-done = Já guardei a senha de app
app-password-revoke = Remover senha de app
app-password-remove = Remover
app-password-revoke-label = Remover a senha de app { $name }
app-password-revoke-text = O app não poderá mais fazer login com ela.
app-password-revoked = A senha de app foi removida.
app-password-gone = A senha de app já havia sido removida.
mail-app-password-subject = Nova senha de app
mail-app-password-text = Uma senha de app foi criada para sua conta em { $site }, para { $app }.
mail-app-password-button = Ver senhas de app
mail-app-password-otherwise = Se não foi você, remova-a e altere sua senha.
