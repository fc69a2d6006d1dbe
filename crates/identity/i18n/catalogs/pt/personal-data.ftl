### A copy of one's data, and the end of the account.

data-title = Seus dados
data-prove-text = Para baixar seus dados ou excluir sua conta, é preciso ter provado recentemente que é você. A prova vale depois por 15 minutos.
data-prove = Confirmar que é você
data-export-title = Baixar seus dados
data-export-text = Tudo o que sabemos sobre você, em um arquivo JSON: conta, perfil, foto, sessões, apps, funções e atividade. Senhas e segredos não estão incluídos.
data-export-submit = Baixar
data-delete-title = Excluir sua conta
data-delete-grace = { $days ->
    [one] Todos os apps e dispositivos são desconectados imediatamente. Um dia depois, a conta deixa de existir para sempre; até lá, você pode entrar e mantê-la.
   *[other] Todos os apps e dispositivos são desconectados imediatamente. { $days } dias depois, a conta deixa de existir para sempre; até lá, você pode entrar e mantê-la.
}
data-delete-soon = Todos os apps e dispositivos são desconectados imediatamente. Em até um dia, a conta deixa de existir para sempre; até lá, você pode entrar e mantê-la.
data-name-label = Digite seu nome de usuário ({ $name }) para excluir a conta
data-name-missing = Digite seu nome de usuário para excluir a conta
data-name-other = Este não é seu nome de usuário
data-last-administrator = Ninguém mais administra este site. Nomeie antes outra pessoa para administrá-lo.
data-last-owner = Ninguém mais é proprietário da organização { $name }. Nomeie antes outra pessoa.
data-delete-submit = Excluir minha conta
leaving-title = Sua conta será excluída em { $day }
leaving-account = Conta:
leaving-text = Até lá, ninguém pode usá-la e nenhum app tem acesso a ela. Se mudou de ideia, mantenha-a.
leaving-keep = Manter minha conta
account-kept = Sua conta foi mantida. Entre novamente nos seus apps.
