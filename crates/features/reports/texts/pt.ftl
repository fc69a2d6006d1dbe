### Reports in the console: the numbers of each month.

reports-title = Relatórios
reports-text = Números de cada mês (UTC). O mês em curso é contado uma vez por dia e, pela última vez, depois do seu fim.
reports-none = O servidor conta o primeiro relatório dentro de um minuto.
reports-month = Mês
reports-counted = Contado
reports-open = Ainda não terminou
reports-active-users = Usuários que fizeram login
reports-new-users = Novos usuários
reports-disabled-users = Usuários desativados
reports-deleted-users = Usuários excluídos
reports-roles-assigned = Funções atribuídas
reports-roles-revoked = Funções revogadas
reports-members-added = Membros adicionados a grupos e organizações
reports-members-removed = Membros removidos de grupos e organizações
reports-users = Usuários que não estão desativados
reports-with-password = Com senha
reports-with-passkey = Com chave de acesso
reports-with-authenticator = Com aplicativo autenticador
reports-with-provider = Com conta de um provedor de login
reports-with-second-factor = Com segundo fator
reports-apps = Logins por aplicação
reports-no-apps = Não houve logins em aplicações.
reports-other-apps = Todas as outras aplicações
