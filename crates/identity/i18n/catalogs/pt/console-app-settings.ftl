### Settings of apps in the administration console, and the impact of a change.

console-aspect-consent = Consentimento
console-setting-profile = Perfil de segurança
console-setting-serves = Recursos que este cliente serve (pode fazer introspecção)
console-setting-format = Formato do token de acesso
console-setting-audience = Audiência das asserções do cliente
console-setting-claims = Claims no token de ID
console-setting-pkce = PKCE
console-setting-origins = Origens CORS permitidas
console-setting-dpop = Tokens de acesso vinculados por DPoP
console-setting-bound = Tokens de acesso vinculados ao certificado
console-setting-details = Tipos de detalhes de autorização
console-setting-subject = Certificado: DN do titular
console-setting-dns = Certificado: nome DNS
console-setting-uri = Certificado: URI
console-setting-ip = Certificado: endereço IP
console-setting-email = Certificado: e-mail
console-setting-par = Solicitações de autorização enviadas (PAR)
console-setting-signed = Objetos de solicitação assinados (JAR)
console-setting-requests = URI de objetos de solicitação
console-setting-keys = Chaves públicas (JWKS)
console-setting-keys-url = URI do JWKS
console-setting-id-alg = Algoritmo de assinatura do token de ID
console-setting-userinfo-alg = Algoritmo de assinatura do UserInfo
console-setting-answer-alg = Algoritmo de assinatura da resposta de autorização
console-setting-lookup-alg = Algoritmo de assinatura da introspecção
console-setting-sector = Identificador de setor
console-setting-backchannel = URI de logout back-channel
console-setting-backchannel-session = Logout back-channel: ID da sessão obrigatório
console-setting-frontchannel = URI de logout front-channel
console-setting-frontchannel-session = Logout front-channel: ID da sessão obrigatório
console-setting-ping = Endpoint de notificação CIBA
console-setting-exchange = Troca de tokens: audiências permitidas
console-setting-impersonation = Personificação por troca de tokens
console-setting-optional = Escopos opcionais
console-setting-publisher = Editor
console-setting-fixed = Fixado por { $rule }
console-setting-unused = Uma aplicação deste tipo não usa esta configuração. Para remover o valor, esvazie o campo ou escolha o padrão.
console-setting-invalid = Não é possível: { $reason }
console-setting-required = Pode ser substituído, mas não removido
console-setting-one = Preencha somente um destes campos
console-setting-keys-invalid = Insira um objeto JSON com as chaves
console-choice-none = Nenhum
console-choice-required = Obrigatório
console-choice-auto = Automático
console-choice-optional = Opcional
console-effect = Efeito
console-effect-weaker = Menos protegida
console-effect-stronger = Mais protegida
console-effect-neutral = Alterado
console-app-review = Salvar estas alterações?
console-app-review-text = Elas afetam o que a aplicação pode obter ou como ela é protegida. Verifique-as primeiro.
console-change-again = Voltar ao formulário
console-impact-users = Usuários com acesso
console-impact-sessions = Sessões abertas desses usuários
console-impact-grants = Total de acessos concedidos
console-impact-refresh = Destes, com token de atualização
console-impact-delay = Vale em toda parte após
console-app-logo = Logotipo
console-app-logo-now = Logotipo atual
console-app-logo-hint = PNG, JPEG, GIF ou WebP, no máximo 2 MB. A imagem é recortada em um quadrado. A página que pede o consentimento mostra o logotipo, exceto nas aplicações que se registraram por conta própria.
console-app-logo-saved = O logotipo foi salvo.
console-app-logo-remove = Remover o logotipo
console-app-logo-remove-question = Remover o logotipo desta aplicação?
console-app-logo-remove-text = As páginas mostram no lugar dele a primeira letra do nome da aplicação.
console-app-logo-removed = O logotipo foi removido.
console-also-as = Como comando, chamada ou arquivo
console-also-as-text = Mostra o que você alterou acima, sem salvar.
console-also-as-show = Mostrar os textos
console-also-command = Linha de comando
console-also-call = Chamada à API de administração
console-also-file = Arquivo { $name }
console-impact-seconds = { $count ->
    [one] Um segundo
   *[other] { $count } segundos
}
console-impact-minutes = { $count ->
    [one] Um minuto
   *[other] { $count } minutos
}
