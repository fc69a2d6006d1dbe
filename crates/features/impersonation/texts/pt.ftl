### Impersonation: the pages of the console, the bar, and the mail.

impersonation-title = Agir como este usuário
impersonation-text = Você vê um aplicativo como este usuário o vê, por alguns minutos. O usuário recebe um e-mail com seu nome e seu motivo, e o encontra em Atividade. O aplicativo não recebe nenhum acesso que o usuário não tenha dado, e nenhuma página da conta se abre.
impersonation-app-hint = ID do aplicativo. Todos os outros aplicativos e estas páginas ainda conhecem você como você.
impersonation-reason-hint = No máximo 200 caracteres. O usuário recebe o motivo por e-mail e o vê na atividade da conta.
impersonation-start = Agir como usuário
impersonation-started = Agora você age como este usuário. A barra no topo encerra isso.
impersonation-until = Até
impersonation-open = Abrir aplicativo
impersonation-go = Abra o aplicativo e entre nele: ele recebe o usuário, não você.
impersonation-go-yourself = Abra o aplicativo neste navegador e entre nele: ele recebe o usuário, não você.
impersonation-other = Você age como outro usuário. Encerre isso primeiro.
impersonation-bar = Você age como { $name } em { $app } até { $moment }.
impersonation-end = Encerrar
mail-impersonation-subject = Um administrador age em seu nome
mail-impersonation-text = { $administrator }, de { $site }, pode agir em seu nome em { $app } até { $moment }. Motivo: { $reason }
mail-impersonation-button = Ver sua atividade
mail-impersonation-otherwise = Se você não pediu isso, entre em contato com { $site }.
