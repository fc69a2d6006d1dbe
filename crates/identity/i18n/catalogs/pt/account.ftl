### Consent and the account page.

consent-title = { $app } pede acesso
consent-this-computer = Um app neste computador
consent-this-device = Um app neste dispositivo:
consent-unverified = Não verificado por { $site }. Continue somente se você conhece este app e iniciou isto por conta própria.
consent-published = Identificado somente pelo endereço:
consent-answer = O que você permitir será enviado para:
consent-posing = Qualquer programa neste computador poderia se passar por este app.
consent-wants = O app gostaria de
consent-until-removed = O acesso dura até ser removido. O app aparece na sua conta, em “Apps conectados”.
consent-until = O acesso dura até { $date }. Você pode encerrá-lo antes na sua conta, em “Apps conectados”.
consent-publisher = de { $name }
consent-optional = Somente se você marcar:
consent-kept = O que o app já tem
consent-policy = Privacidade
consent-terms = Termos
consent-allow = Permitir
consent-deny = Cancelar

scope-sensitive = Sensível
scope-new = Novo
scope-openid = Saber quem você é quando entra
scope-profile = Ver seu nome e nome de usuário
scope-email = Ver seu endereço de e-mail
scope-phone = Ver seu número de telefone
scope-address = Ver seu endereço postal
scope-offline = Manter o acesso na sua ausência
scope-groups = Ver os grupos a que você pertence
scope-roles = Ver suas funções
scope-tasks-read = Ver suas tarefas
scope-tasks-write = Criar e alterar suas tarefas
scope-tasks-delete = Excluir suas tarefas
scope-tasks-read-all = Ver as tarefas de todas as pessoas
scope-tasks-write-all = Alterar as tarefas de todas as pessoas
scope-tasks-delete-all = Excluir as tarefas de todas as pessoas
scope-other = Usar “{ $scope }”

account-title = Sua conta
account-administration = Administração
account-greeting = Olá, { $name }
account-profile = Perfil
account-roles = Funções
account-created = Membro desde
account-password-changed = Senha alterada
account-sessions = Dispositivos e sessões
account-apps = Apps conectados
account-no-apps = Nenhum app tem acesso à sua conta.
account-welcome = Sua conta está pronta.
account-session-ended = Essa sessão foi encerrada.
account-app-removed = O app não tem mais acesso.
session-current = Este dispositivo
session-seen = Último uso
session-since = login em
session-end = Desconectar
session-end-label = Desconectar { $device }
app-since = Acesso desde
app-until = até
app-scopes = { $count ->
    [one] { $count } permissão
   *[other] { $count } permissões
}
app-remove = Remover
app-remove-label = Remover o acesso de { $app }
device-on = { $browser } no { $system }
device-unknown = Dispositivo desconhecido

# The navigation, the sign-in methods, and the organizations.
account-sign-in = Entrar na conta
account-sign-in-text = Como você entra e o que protege sua conta.
account-not-set = Não definida
account-safe = Sua conta está bem protegida.
account-one-factor = Adicione uma segunda forma de entrar.
account-invitations = Convites
account-invited = { $organization } convida você a participar.
account-all-devices = Todos os dispositivos
account-access = Acesso à sua conta
account-apps-text = Apps que podem usar sua conta. Remova os que não são mais necessários.
orgs-text = Organizações às quais você pertence e suas funções nelas.
orgs-none = Você não pertence a nenhuma organização.
orgs-leave = Sair
orgs-leave-label = Sair de { $organization }
orgs-leave-title = Sair de { $organization }?
orgs-leave-text = Você perde seus grupos e funções nela, e suas chaves de API para ela deixam de funcionar. Para voltar, você precisa de um convite.
orgs-left = Você saiu da organização.
orgs-last-owner = Só você é proprietário. Outro membro precisa se tornar proprietário antes da sua saída.

# The check-up and the support code.
check-up-title = Verificação de segurança
check-up-text = Veja o que aconteceu na sua conta nos últimos 30 dias, um evento após o outro.
check-up-start = Verificar atividade recente
check-up-left = { $count ->
    [one] Um evento para verificar.
   *[other] { $count } eventos para verificar.
}
check-up-yes = Sim, fui eu
check-up-known = Sim, eu sei disso
check-up-no = Não, não fui eu
check-up-nothing = Não há nada para verificar.
support-code-title = Código de suporte
support-code-text = Leia este código em voz alta ao pedir ajuda ao suporte. Ele mostra sua conta e não dá nenhum direito.
support-code-lasts = O código vale uma vez, por 15 minutos.
support-code-consents = Leia este código em voz alta ao pedir ajuda ao suporte. Ele mostra sua conta e permite agir em seu nome em um aplicativo por alguns minutos. Você recebe um e-mail sobre isso.
support-code-make = Criar um código
support-code-again = Criar outro código
