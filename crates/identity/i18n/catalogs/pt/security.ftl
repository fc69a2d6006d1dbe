### The second step of a sign-in, and its set-up.

second-title = Digite o código do seu app autenticador
second-recovery-title = Digite um código de recuperação
second-code = Código
second-code-hint = Seis dígitos. Eles mudam a cada 30 segundos.
second-recovery-code = Código de recuperação
second-recovery-hint = Um dos códigos que você guardou. Cada um funciona uma vez.
second-missing = Digite o código
second-wrong = Esse código não confere. Os códigos mudam a cada 30 segundos.
second-clock = Esse código não confere. Verifique se o relógio do seu telefone está certo.
second-recovery-wrong = Esse código não confere. Cada código de recuperação funciona uma vez.
second-locked = Muitos códigos incorretos. Use um código de recuperação ou fale com os responsáveis por este site.
second-use-recovery = Usar um código de recuperação
second-use-app = Usar seu app autenticador

login-confirm = Entre novamente para fazer esta alteração. Isso protege sua conta.
login-confirm-title = Confirme que é você

two-factor-title = Verificação em duas etapas
two-factor-text = Depois da senha, você digita um código de um app no seu telefone.
two-factor-on = Ativada
two-factor-off = Desativada
two-factor-since = desde
two-factor-start = Configurar um app autenticador
two-factor-new-codes = Criar novos códigos de recuperação
two-factor-make-new = Crie novos e guarde-os bem.
two-factor-turn-off = Desativar a verificação em duas etapas
two-factor-end-others = Desconectar todos os outros dispositivos
two-factor-left = { $count ->
    [0] Não resta nenhum código de recuperação.
    [one] Resta { $count } código de recuperação.
   *[other] Restam { $count } códigos de recuperação.
}
two-factor-not-saved = Você ainda não informou que guardou seus códigos de recuperação.
two-factor-required = Sua conta exige a verificação em duas etapas. Configure-a para continuar.
two-factor-due = A partir de { $day }, sua conta exigirá a verificação em duas etapas. Configure-a agora ou mais tarde.
two-factor-stays = Sua conta exige a verificação em duas etapas. Ela não pode ser desativada.
two-factor-turned-off = A verificação em duas etapas está desativada.
two-factor-over = Demorou demais. Comece novamente.
two-factor-manage = Gerenciar
two-factor-set-up = Configurar

set-up-title = Configurar um app autenticador
set-up-scan = Leia isto com seu app autenticador.
set-up-qr = Código QR para seu app autenticador
set-up-by-hand = Ou digite esta chave à mão:
set-up-code = Código do app

codes-title = Guarde seus códigos de recuperação
codes-now-on = A verificação em duas etapas está ativada.
codes-text = Com um deles, você pode entrar se ficar sem seu telefone. Cada um funciona uma vez. Eles não serão mostrados novamente.
codes-download = Baixar
codes-print = Imprimir
codes-saved = Já guardei estes códigos
