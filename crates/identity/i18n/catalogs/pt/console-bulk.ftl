### The pages of the console that change many users at once, and that end chosen objects.

console-bulk-action = Com os usuários escolhidos
console-bulk-choose = Escolha o que fazer
console-bulk-group = Adicionar a um grupo
console-bulk-all-count = { $count ->
    [one] Escolher o único que corresponde
   *[other] Escolher os { $count } que correspondem
}
console-bulk-all-matching = Escolher todos os que correspondem
console-bulk-all-page = Escolher todos desta página
console-bulk-all-chosen = Estão escolhidos todos os usuários que correspondem, em todas as páginas da lista.
console-bulk-single = Escolher usuários um a um
console-bulk-nothing = Escolha pelo menos um
console-bulk-no-action = Escolha o que fazer com os usuários escolhidos
console-bulk-disable-question = Desativar estas contas?
console-bulk-disable-text = Os usuários não podem mais entrar e todo o acesso das aplicações termina agora. Os nomes, as funções e os grupos são mantidos. Para desfazer, ative as contas de novo; o acesso removido não volta.
console-bulk-enable-question = Ativar estas contas?
console-bulk-enable-text = Os usuários podem entrar de novo. O acesso removido não volta. Para desfazer, desative as contas de novo.
console-bulk-end-question = Encerrar todas as sessões destes usuários?
console-bulk-end-text = Os usuários são desconectados em todos os dispositivos e precisam entrar de novo. As contas ficam como estão. O acesso das aplicações também termina. Não é possível desfazer.
console-bulk-group-question = Adicionar estes usuários a um grupo?
console-bulk-group-text = Eles recebem as funções do grupo a partir da próxima solicitação. Os outros grupos e funções são mantidos. Para desfazer, remova os membros do grupo.
console-bulk-verify = Marcar e-mails como verificados
console-bulk-verify-question = Marcar os e-mails destes usuários como verificados?
console-bulk-verify-text = Os e-mails contam como verificados e os usuários entram sem um link por e-mail. Faça isso somente se souber que os e-mails pertencem a eles. Para desfazer, abra cada usuário.
console-bulk-domain = Mudar o domínio dos e-mails
console-bulk-domain-question = Mudar o domínio dos e-mails destes usuários?
console-bulk-domain-text = Os e-mails do domínio antigo passam para o novo e continuam verificados, se já eram. Um e-mail que outra conta tem fica de fora e aparece na lista. Para desfazer, mude o domínio de volta.
console-bulk-domain-from = Domínio antigo
console-bulk-domain-to = Domínio novo
console-bulk-domain-invalid = Insira outro domínio, como example.org
console-bulk-mail = Enviar uma mensagem para o e-mail anterior
console-bulk-password = Exigir uma nova senha
console-bulk-password-question = Exigir uma nova senha destes usuários?
console-bulk-password-text = As senhas deles não servem mais para entrar. Cada usuário escolhe outra, diferente da anterior, por um link enviado por e-mail. As sessões, as chaves de API e o acesso das aplicações terminam, a menos que você os mantenha. Os usuários sem senha ficam como estão. Não é possível desfazer.
console-bulk-keep = Manter as sessões, as chaves de API e o acesso das aplicações
console-bulk-password-mail = Enviar uma mensagem a cada usuário
console-bulk-group-path = Grupo
console-bulk-group-hint = Caminho, como /sales/north, ou ID
console-bulk-group-unknown = Insira o caminho ou o ID de um grupo
console-bulk-skips = A sua própria conta e as contas com mais direitos do que a sua ficam de fora.
console-bulk-later = Mais de 50 usuários são alterados em segundo plano. Você pode acompanhar e parar.
console-bulk-chosen = Escolhidos
console-bulk-users = { $count ->
    [one] Um usuário
   *[other] { $count } usuários
}
console-bulk-many = Não contados: há contas demais para verificar
console-bulk-filter = Filtro
console-bulk-progress = Progresso
console-bulk-tried = { $count ->
    [one] Um usuário feito até agora
   *[other] { $count } usuários feitos até agora
}
console-bulk-done = Alterados
console-bulk-failed = Não alterados
console-bulk-started = Começou
console-bulk-ended = Terminou
console-bulk-stopped = Parada
console-bulk-stop = Parar
console-bulk-stop-question = Parar esta alteração?
console-bulk-stop-text = Os usuários já alterados ficam alterados.
console-bulk-stop-done = A alteração foi parada.
console-bulk-refresh = Atualizar
console-bulk-why-requested = Foi parada por um administrador
console-bulk-why-deleted = A conta que a começou foi excluída
console-bulk-why-disabled = A conta que a começou foi desativada
console-bulk-why-permission = Falta a permissão necessária
console-bulk-why-interrupted = O comando na linha de comando foi interrompido
console-bulk-not-found = Essa conta não existe
console-bulk-error = Falhou neste servidor. Tente de novo.
console-chosen-nothing = Escolha pelo menos um item
console-chosen-failed = Não feito
console-chosen-gone = Não existe mais, ou você não pode ver.
console-chosen-used = Foi usado nesse meio-tempo.
console-chosen-sessions = Encerrar as sessões escolhidas
console-chosen-sessions-question = Encerrar as sessões escolhidas?
console-chosen-sessions-text = Os usuários são desconectados nestes dispositivos e precisam entrar de novo. O acesso das aplicações também termina. Não é possível desfazer.
console-chosen-sessions-ended = { $count ->
    [one] Uma sessão foi encerrada.
   *[other] { $count } sessões foram encerradas.
}
console-chosen-sessions-failed = { $count ->
    [one] Uma sessão não foi encerrada.
   *[other] { $count } sessões não foram encerradas.
}
console-chosen-roles = Remover as funções escolhidas
console-chosen-roles-question = Remover as funções escolhidas?
console-chosen-roles-text = O que as funções permitem deixa de ser permitido a partir da próxima solicitação. Para desfazer, abra os eventos no registro de auditoria.
console-chosen-roles-removed = { $count ->
    [one] Uma função foi removida.
   *[other] { $count } funções foram removidas.
}
console-chosen-roles-failed = { $count ->
    [one] Uma função não foi removida.
   *[other] { $count } funções não foram removidas.
}
console-chosen-apps = Desativar as aplicações escolhidas
console-chosen-apps-question = Desativar as aplicações escolhidas?
console-chosen-apps-text = Os usuários não podem mais entrar nestas aplicações, e o acesso delas termina. Você pode ativá-las de novo.
console-chosen-apps-ended = { $count ->
    [one] Uma aplicação foi desativada.
   *[other] { $count } aplicações foram desativadas.
}
console-chosen-apps-failed = { $count ->
    [one] Uma aplicação não foi desativada.
   *[other] { $count } aplicações não foram desativadas.
}
console-chosen-keys = Revogar as chaves escolhidas
console-chosen-keys-question = Revogar as chaves escolhidas?
console-chosen-keys-text = Os programas que usam as chaves param de funcionar em meio minuto. Não é possível desfazer.
console-chosen-keys-ended = { $count ->
    [one] Uma chave foi revogada.
   *[other] { $count } chaves foram revogadas.
}
console-chosen-keys-failed = { $count ->
    [one] Uma chave não foi revogada.
   *[other] { $count } chaves não foram revogadas.
}
console-chosen-accounts = Desativar as contas escolhidas
console-chosen-accounts-ended = { $count ->
    [one] Uma conta foi desativada.
   *[other] { $count } contas foram desativadas.
}
console-chosen-accounts-failed = { $count ->
    [one] Uma conta não foi desativada.
   *[other] { $count } contas não foram desativadas.
}
