### Mails about one's data and the end of the account.

mail-exported-subject = Seus dados foram baixados
mail-exported-text = Uma cópia de tudo o que { $site } sabe sobre você foi baixada.
mail-leaving-subject = Sua conta será excluída
mail-leaving-text = Sua conta em { $site } será excluída em { $moment }. Até lá, ninguém pode usá-la. Para mantê-la, entre e escolha “Manter minha conta”.
mail-leaving-button = Manter minha conta
mail-leaving-advice = Se não foi você, mantenha a conta e escolha imediatamente uma nova senha.
mail-kept-subject = Sua conta foi mantida
mail-kept-text = Sua conta em { $site } não será mais excluída. Entre novamente nos seus apps.
mail-deleted-subject = Sua conta foi excluída
mail-deleted-text = Sua conta em { $site } foi excluída, como você pediu, com tudo o que pertencia a ela. Este é nosso último e-mail.
