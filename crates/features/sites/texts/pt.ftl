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
sites-page-id = ID
sites-page-home = Página inicial
sites-page-again = Tentar novamente
