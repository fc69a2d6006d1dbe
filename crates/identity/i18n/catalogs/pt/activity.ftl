### What happened in an account, and what to do about what was somebody else.

activity-title = Atividade recente
activity-text = O que aconteceu na sua conta nos últimos 90 dias.
activity-see-all = Ver toda a atividade
activity-filter = Mostrar
activity-all = Tudo
activity-topic-sign-in = Login
activity-topic-security = Segurança
activity-topic-apps = Apps
activity-topic-account = Conta
activity-nothing = Nada aconteceu aqui.
activity-newest = Mais recentes
activity-older = Mais antigas
activity-not-me = Não fui eu
activity-not-me-label = Não fui eu: { $what }
activity-an-app = um app

activity-login = Login feito
activity-login-failed = Falha de login: senha incorreta
activity-login-locked = Login em espera após muitas senhas incorretas
activity-first-step = A senha estava certa; o código foi pedido
activity-stepped-up = Novo login com um código
activity-factor-failed = Um código estava incorreto
activity-factor-added = A verificação em duas etapas foi ativada
activity-factor-removed = A verificação em duas etapas foi desativada
activity-codes-made = Novos códigos de recuperação foram criados
activity-code-used = Um código de recuperação foi usado
activity-logout = Saída da conta
activity-session-ended = Outro dispositivo foi desconectado
activity-disowned = Você informou uma atividade que não era sua
activity-registered = A conta foi criada
activity-register-known = Alguém tentou criar uma conta com seu endereço de e-mail
activity-user-changed = A administração alterou sua conta
activity-user-changed-other = Você alterou outra conta
activity-by-admin = pela administração
activity-consent = Você permitiu o acesso de { $app }
activity-consent-denied = Você recusou o acesso de { $app }
activity-consent-revoked = Você removeu o acesso de { $app }
activity-access-denied = Um acesso foi recusado: não permitido
activity-api-key = Uma chave de API foi criada
activity-api-key-used = Uma chave de API foi usada pela primeira vez
activity-api-key-revoked = Uma chave de API foi removida
activity-proof-replayed = Uma prova já usada por { $app } foi apresentada novamente e recusada
activity-misused = { $app } usou novamente um login antigo; por isso, seu acesso foi encerrado
activity-app-signed-out = O acesso de { $app } foi encerrado
activity-app-exchanged = { $app } trocou seu acesso por um mais restrito
activity-app-asserted = { $app } obteve acesso pela palavra de outro emissor
activity-app-told = Sua saída foi comunicada a { $app }
activity-app-not-told = Não foi possível comunicar sua saída a { $app }
activity-app-changed = Você alterou a configuração de um app
activity-role-changed = Suas funções foram alteradas
activity-role-changed-other = Você alterou funções
activity-group-changed = Você alterou um grupo
activity-organization-changed = Você alterou uma organização
activity-key-changed = Você alterou as chaves do servidor
activity-system-changed = Você alterou o funcionamento do servidor
activity-audit-exported = Você baixou eventos do registro de auditoria
activity-users-exported = Você exportou a lista de usuários
activity-list-exported = Você exportou uma lista com dados de usuários
activity-email-verified = Seu endereço de e-mail foi confirmado
activity-email-requested = Um novo endereço de e-mail foi solicitado
activity-email-refused = Um novo endereço de e-mail foi recusado: senha incorreta
activity-email-changed = Seu endereço de e-mail foi alterado
activity-email-undone = Uma alteração do seu endereço de e-mail foi desfeita
activity-reset-requested = Uma nova senha foi solicitada
activity-reset = Uma nova senha foi definida por e-mail
activity-password-changed = A senha foi alterada
activity-password-refused = A senha não foi alterada: senha incorreta
activity-profile = O perfil foi alterado
activity-profile-field = Você alterou um campo dos perfis
activity-exported = Uma cópia dos seus dados foi baixada
activity-deletion = A conta será excluída
activity-deletion-cancelled = A conta será mantida, afinal
activity-deleted = A conta foi excluída
activity-setup = A primeira conta de administração foi criada

secure-step = Etapa { $count } de 3
secure-title = Proteja sua conta
secure-text = Se outra pessoa estava na sua conta, primeiro desconecte essa pessoa. Aqui sua sessão continua ativa. Suas chaves de API são revogadas e os links enviados por e-mail deixam de valer; crie outros quando precisar.
secure-end-others = Sair de todos os outros dispositivos
secure-password-title = Escolha uma nova senha
secure-password-text = Quem estava na sua conta talvez saiba sua senha. Uma nova senha impede que volte.
secure-skip = Agora não
secure-review-title = Dê uma olhada
secure-review-text = Verifique se ninguém mais deixou algo aqui.
secure-apps = { $count ->
    [0] Nenhum app tem acesso.
    [one] Um app tem acesso.
   *[other] { $count } apps têm acesso.
}
secure-look = Ver
secure-done = Concluir

# Days, support codes, and changes by administrators.
activity-from = Primeiro dia (UTC)
activity-to = Último dia (UTC)
activity-reason = Motivo: { $reason }
activity-support-code = Você criou um código de suporte
activity-support-code-used = Seu código de suporte foi usado
activity-admin-created = A administração criou sua conta
activity-admin-disabled = A administração desativou sua conta
activity-admin-enabled = A administração ativou sua conta
activity-admin-unlocked = A administração desbloqueou sua conta
activity-admin-password = A administração redefiniu sua senha
activity-admin-passkey = A administração enviou a você um link para adicionar uma chave de acesso
activity-admin-verified = A administração confirmou seu e-mail
activity-admin-email = A administração alterou seu e-mail
