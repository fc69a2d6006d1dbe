# Browsers on which the second step is spared.

second-trust = { $days ->
    [one] Confiar neste dispositivo por { $days } dia
    [many] Confiar neste dispositivo por { $days } de dias
   *[other] Confiar neste dispositivo por { $days } dias
}
trusted-title = Dispositivos confiáveis
trusted-text = Neles a segunda etapa não é pedida. A senha basta, exceto para alterações que precisam das duas.
trusted-since = Confiável desde
trusted-until = até
trusted-remove = Remover
trusted-remove-all = Remover todos
trusted-gone = A segunda etapa voltará a ser pedida.
activity-trusted = Um dispositivo passou a ser confiável: sem segunda etapa por um tempo
activity-distrusted = A confiança em um dispositivo foi removida
notice-trusted-subject = Você confia em um novo dispositivo
notice-trusted-text = A partir de agora, o login em { $site } pede somente sua senha nele por um tempo.
