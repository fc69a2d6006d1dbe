### O que uma aplicação pede em detalhe (RFC 9396).

details-actions = A aplicação pode
details-datatypes = Quais dados
details-privileges = Com os direitos
details-identifier = Somente para
details-locations = Onde
details-yes = sim
details-no = não

scope-openid-why = Para reconhecer você quando voltar.
scope-profile-why = Para cumprimentar você pelo nome.
scope-email-why = Para poder escrever para você.
scope-phone-why = Para poder ligar ou enviar mensagens para você.
scope-address-why = Para poder enviar coisas para você.
scope-offline-why = Para continuar funcionando quando você não está.
scope-groups-why = Para decidir, pelos seus grupos, o que você pode fazer nele.
scope-roles-why = Para decidir, pelas suas funções, o que você pode fazer nele.
scope-read-why = Pode olhar, mas não alterar nada.
scope-write-why = O que adiciona ou altera é feito em seu nome.
scope-delete-why = O que exclui pode se perder para sempre.
scope-all-why = Isso inclui o que pertence a outras pessoas.

mail-approve-subject = Alguém pede a sua aprovação
mail-approve-text = { $app } pede a sua aprovação em { $site }. O pedido espera no máximo dez minutos.
mail-approve-button = Ver o pedido
approve-compare = Continue somente se vir estas palavras onde tudo começou:
approve-yourself = Continue somente se espera isto de alguém que conhece.
approve-allowed = Você aprovou
approve-allowed-text = { $app } continua agora. Você pode fechar esta página.
approve-refused = Você recusou
