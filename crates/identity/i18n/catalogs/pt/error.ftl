### Error pages: what happened, and why.

error-expired = Este login expirou
error-expired-text = Ele foi iniciado há muito tempo. Comece novamente e você chegará aonde queria ir.
error-finished = Sua sessão já está ativa
error-finished-text = Este login já foi concluído. Não há mais nada a fazer nesta página.
error-browser = Esta página pertence a outro navegador
error-browser-text = Um login precisa terminar no navegador em que começou. Verifique se os cookies são permitidos e comece novamente.
error-stale = Esta página é antiga demais
error-stale-text = Ela ficou aberta por muito tempo, ou você entrou ou saiu nesse meio-tempo. Abra-a novamente.
error-app = Este app não é conhecido aqui
error-app-text = O app que trouxe você até aqui não está registrado ou foi desativado.
error-redirect = Este app enviou um endereço de retorno incorreto
error-redirect-text = O endereço para levar você de volta não está registrado para o app. Para sua segurança, paramos aqui.
error-app-request = Este app enviou um pedido que não conseguimos ler
error-app-request-text = Algo no pedido do app está faltando ou não é permitido.
error-used = Este login já foi usado
error-used-text = O app só pode usar o seu pedido de login uma vez. Volte ao app e comece de novo.
error-request = Não conseguimos ler esse pedido
error-request-text = Algo está faltando ou não é permitido. Volte e tente novamente.
error-forbidden = Você não pode abrir esta página
error-forbidden-text = Sua conta não tem a permissão necessária.
error-not-found = Não há nenhuma página aqui
error-not-found-text = O endereço pode estar incorreto ou a página mudou de lugar.
error-method = Isso não funciona aqui
error-method-text = Este endereço não pode ser usado dessa forma.
error-large = Isso é demais de uma só vez
error-large-text = O que foi enviado é maior do que esta página aceita.
error-slow = Demorou demais
error-slow-text = Nem tudo o que foi enviado chegou a tempo. Nada foi alterado. Verifique sua conexão e envie novamente.
error-media = Não conseguimos ler esse formulário
error-media-text = Ele foi enviado em um formato que esta página não aceita.
error-many = Muitos pedidos
error-many-text = { $minutes ->
    [one] Aguarde um minuto e tente novamente.
   *[other] Aguarde { $minutes } minutos e tente novamente.
}
error-setup = A configuração precisa de um link
error-setup-text = Execute “doorward admin open” no servidor para obter um. Um link funciona uma vez e por pouco tempo.
error-closed = Não é possível criar uma conta aqui
error-closed-text = As contas são criadas pelos responsáveis por este site. Peça uma a eles.
error-internal = Algo deu errado do nosso lado
error-internal-text = Nada se perdeu. Tente novamente; se o problema continuar, envie-nos os detalhes abaixo.
error-read-only = Sem alterações neste momento
error-read-only-text = { $minutes ->
    [one] Dentro de um minuto, as alterações serão novamente possíveis. Nada foi alterado agora.
   *[other] Dentro de { $minutes } minutos, as alterações serão novamente possíveis. Nada foi alterado agora.
}
error-away = Voltamos já
error-away-text = { $minutes ->
    [one] Uma parte deste serviço está fora do ar no momento. Tente novamente em um minuto.
   *[other] Uma parte deste serviço está fora do ar no momento. Tente novamente em { $minutes } minutos.
}

error-tell-app = Informe os detalhes abaixo a quem desenvolve { $app }.
error-tell = Informe os detalhes abaixo a quem desenvolve o app.
error-details = Detalhes
error-code = Código
error-description = Motivo
error-received = Endereço recebido
error-time = Hora
error-request-id = Pedido

next-sign-in = Começar novamente
next-account = Ir para sua conta
next-retry = Tentar novamente
next-app = Voltar para o app

error-link = Este link não funciona mais
error-link-text = Ele já foi usado, é antigo demais ou um mais novo foi enviado. Peça um novo.
