### Proving an address, passwords, moving to another address.

step-check-mail = Verifique seu e-mail
step-check-mail-text = Enviamos um e-mail para o endereço que você informou. O link que está nele funciona por 24 horas. Abra o link e depois entre. Se o e-mail não chegar, veja a pasta de spam ou entre para enviá-lo novamente.
step-prove-email = Confirme seu endereço de e-mail
step-prove-email-text = Enviamos um e-mail para você. Abra o link que está nele para continuar. Se não chegar, veja a pasta de spam ou envie novamente.
step-resend = Enviar novamente
step-resent = O e-mail está a caminho novamente.
step-enough-mails = Vários e-mails já estão a caminho. Tente novamente em uma hora.
step-confirm-email = Este é seu endereço?
step-confirm-email-text = Confirme-o para concluir sua conta. Se você não pediu uma conta, feche esta página.
step-confirm-email-button = Confirmar endereço

login-forgot = Esqueceu a senha?
forgot-title = Esqueceu a sua senha?
forgot-text = Diga quem você é. Enviaremos um e-mail para o endereço da sua conta.
forgot-submit = Enviar o e-mail
step-reset-sent-text = Se essa conta existir, um e-mail está a caminho. O link que está nele funciona por 30 minutos.
reset-title = Escolha uma nova senha
reset-ends = Todos os dispositivos e apps serão desconectados.
new-password = Nova senha
current-password = Senha atual
current-password-missing = Digite sua senha atual
current-password-wrong = Esta não é sua senha atual
change-password-title = Alterar sua senha
end-others = Desconectar todos os outros dispositivos e apps
cancel = Cancelar
step-password-set = Sua senha está definida
step-password-set-text = Todos os dispositivos foram desconectados. Entre com a nova senha.
account-password-done = Sua senha foi alterada.
change-email-title = Alterar seu endereço de e-mail
change-email-present = Endereço atual:
change-email-new = Novo endereço de e-mail
change-email-hint = Enviaremos um link para este endereço. O endereço muda quando você abrir o link.
change-email-same = Este já é seu endereço
change-email-submit = Enviar o link
change-email-sent = Um e-mail está a caminho do novo endereço. Abra o link em até 24 horas.
step-confirm-move-text = Confirme-o e sua conta usará este endereço a partir de agora.
step-moved = Seu endereço foi alterado
step-moved-text = Sua conta agora usa o novo endereço. Avisamos o anterior.
step-confirm-undo = Desfazer a alteração?
step-confirm-undo-text = Sua conta usará este endereço novamente, e todos os dispositivos serão desconectados.
step-confirm-undo-button = Desfazer
step-undone = Seu endereço foi restaurado
step-undone-text = Todos os dispositivos foram desconectados. Alguém talvez saiba sua senha, portanto escolha uma nova agora.

inbox-title = Caixa de entrada
inbox-text = E-mails que esta instância de desenvolvimento guardou.
inbox-empty = Nenhum e-mail ainda.
inbox-open = Abrir o link
# First start
step-operator = Entrar na consola?
step-operator-text = Este link entra na conta acima, uma única vez. Continue somente se você criou o link no servidor ou o recebeu de quem opera o servidor.
