### What every page shares.

title-error = Erro: { $title }
skip = Ir para o conteúdo
language = Idioma
theme = Tema
theme-auto = Automático
theme-light = Claro
theme-dark = Escuro
help = Ajuda
privacy = Privacidade
terms = Termos
imprint = Aviso legal
problem-title = Há um problema
banner-label = Aviso
banner-copy = Esta é uma cópia para testes, criada: { $moment }. Nada aqui é real.
banner-read-only = Sem alterações até: { $moment }. É possível entrar e ler.
continue-to = para continuar em { $app }
continue = Continuar
back-to-app = Voltar para { $app }
account-other = Usar outra conta
copy = Copiar
copied = Copiado
show = Mostrar
hide = Ocultar
show-password = Mostrar senha
hide-password = Ocultar senha

# How long ago something was.
ago-now = agora mesmo
ago-minutes = { $count ->
    [one] há { $count } minuto
   *[other] há { $count } minutos
}
ago-hours = { $count ->
    [one] há { $count } hora
   *[other] há { $count } horas
}
ago-days = { $count ->
    [one] há { $count } dia
   *[other] há { $count } dias
}

# A day, and a moment of a mail.
date = { $day } de { $month ->
    [1] janeiro
    [2] fevereiro
    [3] março
    [4] abril
    [5] maio
    [6] junho
    [7] julho
    [8] agosto
    [9] setembro
    [10] outubro
    [11] novembro
   *[12] dezembro
} de { $year }
date-time = { $date }, { $time } UTC
date-minute = { $date }, { $time } UTC

# Problems of any form.
too-many-tries = { $minutes ->
    [one] Muitas tentativas. Aguarde um minuto e tente novamente.
   *[other] Muitas tentativas. Aguarde { $minutes } minutos e tente novamente.
}
busy = Muitas pessoas estão entrando agora. Tente novamente em alguns segundos.
stale-form = Esta página ficou aberta por muito tempo. Envie-a novamente.
