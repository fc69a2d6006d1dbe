### The notice on all pages, and read-only mode, in the console.

notices-title = Aviso e modo somente leitura
notices-text = Um aviso aparece em todas as páginas durante o seu período. No modo somente leitura, o servidor rejeita por um período alterações de contas, consentimentos e configurações; os acessos, as sessões e os apps continuam.
notices-notice = Aviso
notices-none = Não há aviso.
notices-text-invalid = Digite de 1 a 300 caracteres em uma linha
notices-languages = Outros idiomas
notices-languages-hint = Um por linha, por exemplo: de = Wartung am Samstag
notices-languages-invalid = Use uma linha por idioma, por exemplo: de = Wartung am Samstag
notices-from = De
notices-until = Até
notices-until-invalid = Digite uma hora depois do início; o modo somente leitura dura no máximo 7 dias
notices-announced = Anunciado
notices-set = Definir aviso
notices-set-done = O aviso foi definido.
notices-remove = Remover aviso
notices-remove-question = Remover o aviso?
notices-remove-text = Nenhuma página o mostra mais.
notices-removed = O aviso foi removido.
notices-read-only = Modo somente leitura
notices-read-only-active = As alterações são rejeitadas
notices-writable = As alterações são possíveis
notices-read-only-set = Definir o modo somente leitura
notices-read-only-set-done = O modo somente leitura foi definido.
notices-read-only-until-hint = No máximo 7 dias depois do início. Então o modo termina sozinho.
notices-read-only-end = Terminar o modo somente leitura
notices-read-only-end-question = Terminar o modo somente leitura?
notices-read-only-end-text = As alterações são possíveis de novo: aqui de imediato, em outros servidores em segundos.
notices-read-only-ended = O modo somente leitura terminou.
