### Sites behind a proxy.

sites-page-denied = Não pode abrir esta página
sites-page-denied-text = Iniciou sessão, mas não tem acesso. Se precisar, indique o ID abaixo ao seu administrador.
sites-page-weak = É necessário um início de sessão mais forte
sites-page-weak-text = Esta página exige um início de sessão recente, um segundo fator ou uma chave de acesso, que o seu não tinha.
sites-page-failed = O início de sessão não terminou
sites-page-failed-text = Demorou demasiado, começou noutro navegador ou foi cancelado.
sites-page-signed-out = Terminou a sessão aqui
sites-page-signed-out-text = Pode ainda ter sessão iniciada noutras aplicações.
sites-page-unknown = Não há nada aqui
sites-page-unknown-text = Nenhuma aplicação está configurada para este endereço.
sites-page-unavailable = De momento não é possível verificar o seu acesso
sites-page-unavailable-text = Tente novamente dentro de um minuto.
sites-page-home = Página inicial
sites-page-again = Tentar novamente

### Console pages of sites behind a proxy.

sites-title = Sites atrás de um proxy
sites-text = Um site é uma aplicação que não consegue autenticar os usuários. Um proxy à frente dela pergunta a este servidor sobre cada solicitação, e a primeira regra que corresponde decide.
sites-none = Não há nenhum site. Adicione um para proteger uma aplicação web sem OpenID Connect.
sites-new = Novo site
sites-created = O site foi criado.
sites-edit = Alterar site
sites-changed = O site foi alterado.
sites-hosts = Nomes de host
sites-hosts-hint = Um por linha, como wiki.example.com. Em *.example.com, o asterisco substitui uma parte do nome.
sites-rules = Regras
sites-rules-hint = Uma por linha; decide a primeira que corresponde. Exemplos: /public/* anyone · /admin/* role=editor second-factor · /* user
sites-rule = Regra
sites-number = Número
sites-no-rules = Sem uma regra, todas as solicitações são negadas.
sites-organization-hint = Para os seus membros contam também as funções, os grupos e as permissões desta organização.
sites-headers = Nomes dos cabeçalhos
sites-headers-hint = Um por linha, como user = X-WEBAUTH-USER: o que a aplicação recebe e o nome que ela lê. Há user, groups, email, name e token, um JWT de um minuto que ela pode verificar. O que não tem linha é omitido.
sites-raw = Valores dos cabeçalhos em UTF-8
sites-raw-hint = Caso contrário, todos os caracteres exceto os simples são codificados com percentagem.
sites-delete = Excluir site
sites-delete-question = Excluir o site?
sites-delete-text = Todas as solicitações aos seus hosts são negadas.
sites-deleted = O site foi excluído.
sites-check = Verificar uma solicitação
sites-check-text = Mostra o que acontece a uma solicitação e por qual regra. Nenhuma solicitação é enviada.
sites-url = Endereço
sites-url-hint = Por exemplo https://wiki.example.com/admin
sites-user-hint = Vazio: um visitante que não entrou
sites-method = Método
sites-factor = Entrou com
sites-second-factor = Segundo fator
sites-allow = Permitida
sites-sign-in = Precisa entrar
sites-asks-factor = Precisa comprovar um segundo fator
sites-asks-passkey = Precisa usar uma chave de acesso
sites-deny = Negada
sites-reason-no-rule = Nenhuma regra corresponde.
sites-reason-ambiguous = Com outras maiúsculas, ou com ou sem barra no fim, outra regra corresponderia.
sites-reason-rule = A regra nega a todos.
sites-reason-credential = A regra não aceita tokens de acesso nem chaves de API.
sites-reason-not-allowed = O usuário não tem nenhuma das funções, grupos e permissões da regra.
sites-proxy-config = Configuração do proxy
sites-proxy-config-text = Para uma aplicação em http://127.0.0.1:8080; o comando doorward site proxy-config tem opções para outros endereços.
