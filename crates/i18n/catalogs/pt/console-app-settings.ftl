### Settings of apps in the administration console, and the impact of a change.

console-aspect-general = Sobre a aplicação
console-aspect-redirects = Endereços
console-aspect-power = O que pode obter
console-aspect-authentication = Como se identifica
console-aspect-protection = O que é exigido
console-aspect-algorithms = Forma e assinaturas
console-aspect-consent = Consentimento das pessoas
console-aspect-logout = Fim de sessão
console-setting-profile = Perfil de segurança
console-setting-serves = Serviços que presta
console-setting-format = Forma do seu acesso
console-setting-audience = Destinatário que as suas provas indicam
console-setting-claims = Dados do perfil ao iniciar sessão
console-setting-pkce = Prova única ao iniciar sessão
console-setting-origins = Sites cujos scripts podem ler respostas
console-setting-dpop = O acesso está ligado a uma chave
console-setting-bound = O acesso está ligado ao certificado
console-setting-details = Tipos de acesso detalhado
console-setting-subject = Certificado: nome completo
console-setting-dns = Certificado: nome do servidor
console-setting-uri = Certificado: endereço
console-setting-ip = Certificado: endereço IP
console-setting-email = Certificado: email
console-setting-par = Os pedidos são enviados antes
console-setting-signed = Os pedidos são assinados
console-setting-requests = Endereços de pedidos assinados
console-setting-keys = Chaves públicas
console-setting-keys-url = Endereço das chaves públicas
console-setting-id-alg = Assinatura do início de sessão
console-setting-userinfo-alg = Assinatura das respostas do perfil
console-setting-answer-alg = Assinatura das respostas pelo navegador
console-setting-lookup-alg = Assinatura das respostas sobre acessos
console-setting-sector = Servidor cujas aplicações partilham os ID das pessoas
console-setting-backchannel = Endereço para avisos de fim de sessão
console-setting-backchannel-session = Estes avisos indicam a sessão
console-setting-frontchannel = Página que o navegador carrega no fim de sessão
console-setting-frontchannel-session = Esta página recebe a sessão
console-setting-exchange = Serviços para os quais pode obter acesso
console-setting-impersonation = Pode agir como a pessoa
console-setting-optional = Acesso que as pessoas podem omitir
console-setting-consent-days = Dias até voltar a perguntar às pessoas
console-setting-publisher = Editora
console-setting-fixed = Fixado por { $rule }
console-setting-invalid = Não é possível: { $reason }
console-setting-required = Pode ser substituído, não removido
console-setting-one = Preencha apenas um destes campos
console-setting-days-invalid = Introduza um número de dias
console-setting-keys-invalid = Introduza um objeto JSON com as chaves
console-choice-none = Nenhum
console-choice-required = Obrigatório
console-choice-auto = Automático
console-choice-optional = Opcional
console-effect = Efeito
console-effect-weaker = Menos protegida
console-effect-stronger = Mais protegida
console-effect-neutral = Alterado
console-app-review = Guardar estas alterações?
console-app-review-text = Dizem respeito ao que a aplicação pode obter ou à sua proteção. Verifique-as primeiro.
console-change-again = Voltar ao formulário
console-impact-users = Pessoas com acesso agora
console-impact-sessions = As suas sessões abertas
console-impact-grants = Acessos dados ao todo
console-impact-refresh = Destes, renováveis sem iniciar sessão
console-impact-delay = Vale em toda a parte após
console-app-logo = Logótipo
console-app-logo-now = Logótipo atual
console-app-logo-hint = PNG, JPEG, GIF ou WebP, no máximo 2 MB. É recortado num quadrado. A página que pede o consentimento mostra-o, exceto nas aplicações que se registaram a si próprias.
console-app-logo-saved = O logótipo foi guardado.
console-app-logo-remove = Remover o logótipo
console-app-logo-remove-question = Remover o logótipo desta aplicação?
console-app-logo-remove-text = As páginas mostram em vez dele a primeira letra do nome da aplicação.
console-app-logo-removed = O logótipo foi removido.
console-also-as = Como comando, chamada ou ficheiro
console-also-as-text = Mostra o que alterou acima, sem guardar.
console-also-as-show = Mostrar os textos
console-also-command = Linha de comandos
console-also-call = Chamada à API de administração
console-also-file = Ficheiro { $name }
console-impact-seconds = { $count ->
    [one] Um segundo
   *[other] { $count } segundos
}
console-impact-minutes = { $count ->
    [one] Um minuto
   *[other] { $count } minutos
}
