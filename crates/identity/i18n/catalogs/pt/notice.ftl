### Security notices by mail.

notice-happened = Veio de { $device } em { $time }.
notice-happened-ip = Veio de { $device }, endereço { $ip }, em { $time }.
notice-otherwise = Se foi você, não é preciso fazer nada. Se não, proteja sua conta agora: a página desconecta os outros dispositivos e leva a uma nova senha.
notice-button = Proteger sua conta

notice-factor-added-subject = A verificação em duas etapas foi ativada
notice-factor-added-text = Um app autenticador foi adicionado à sua conta em { $site }. Agora o login também pede o código dele.
notice-factor-removed-subject = A verificação em duas etapas foi desativada
notice-factor-removed-text = O app autenticador e os códigos de recuperação foram removidos da sua conta em { $site }. Agora basta a senha para entrar.
notice-codes-made-subject = Novos códigos de recuperação foram criados
notice-codes-made-text = Novos códigos de recuperação foram criados para sua conta em { $site }. Os antigos não funcionam mais.
notice-code-used-subject = Um código de recuperação foi usado
notice-code-used-text = Um código de recuperação foi usado para entrar na sua conta em { $site }. { $count ->
    [one] Resta um código.
   *[other] Restam { $count } códigos.
}
notice-code-used-few-text = Um código de recuperação foi usado para entrar na sua conta em { $site }. { $count ->
    [0] Não resta nenhum.
    [one] Resta só um.
   *[other] Restam só { $count }.
} Crie outros em “Verificação em duas etapas” na sua conta.
notice-new-device-subject = Novo login na sua conta
notice-new-device-text = Alguém entrou na sua conta em { $site } com um dispositivo que ainda não tinha sido visto.
notice-locked-subject = Muitas falhas de login
notice-locked-text = Alguém digitou uma senha incorreta para sua conta em { $site } vezes demais. Agora, para entrar de dispositivos desconhecidos, é preciso esperar { $count ->
    [one] um minuto.
   *[other] { $count } minutos.
} Os dispositivos que você já usou não são afetados.
notice-codes-locked-subject = Muitos códigos incorretos
notice-codes-locked-text = Alguém digitou sua senha em { $site } e depois muitos códigos incorretos. Agora, para a segunda etapa, é preciso esperar { $count ->
    [one] um minuto.
   *[other] { $count } minutos.
} Seja quem for, sabe sua senha.
notice-api-key-subject = Uma chave de API foi criada
notice-api-key-text = Uma chave de API foi criada para sua conta em { $site }. Os programas que a têm podem agir por você.
notice-disowned-subject = Você informou uma atividade na sua conta
notice-disowned-text = Alguém com sessão ativa na sua conta em { $site } informou que uma atividade não era sua. As chaves de API da conta foram revogadas, e os links enviados antes por e-mail não valem mais.
