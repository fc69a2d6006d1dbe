# Invitations into organizations: the page and the mail.

invitation-title = Convite
invitation-heading = Participar de { $organization }?
invitation-by = { $name } convida você.
invitation-for = Este convite é para
invitation-means = Os proprietários verão seu nome e endereço. Você pode sair depois na sua conta, em Organizações.
invitation-accept = Participar
invitation-decline = Recusar
invitation-later = Decidir depois
invitation-sign-in = Entre com esse endereço para responder. Se você ainda não tem conta, crie uma com ele.
invitation-other = Você entrou com outro endereço ou ainda não confirmou o seu. Saia e entre com o endereço acima.
step-invitation-accepted = Convite aceito
step-invitation-accepted-text = Agora você faz parte da organização. Os proprietários decidem o que você pode fazer em nome dela.
step-invitation-declined = Convite recusado
step-invitation-declined-text = Você não faz parte da organização, e o link não funciona mais.

mail-invited-subject = Você recebeu um convite
mail-invited-text = Você recebeu um convite para participar de “{ $organization }” em { $site }.
mail-invited-by-text = { $inviter } convida você a participar de “{ $organization }” em { $site }.
mail-invited-button = Ver o convite
mail-invited-otherwise = Se isto não significa nada para você, pode ignorar este e-mail. Nada acontece sem você.
mail-invited-footer = Este e-mail foi enviado por { $site } porque alguém convidou este endereço.
mail-expires-week = O link funciona uma vez, em até 7 dias.
