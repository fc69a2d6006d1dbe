### The audit log in the administration console.

console-filters = Filtros
console-more = Mais
console-filter-remove = Remover o filtro “{ $filter }”
console-filter-remove-value = Remover o filtro “{ $name }: { $value }”
console-day = Dia (UTC)
console-mine = Os meus
console-audit-download = Baixar como CSV
console-history = Registro de auditoria
console-audit-change = O que mudou
console-audit-detail = Detalhes
console-field = Campo
console-before = Antes
console-after = Depois
console-value = Valor
console-done = Feito
console-chain-sealed = Selado no registro
console-chain-waiting = Ainda não selado
console-chain-missing = Falta na cadeia do registro
console-chain-position = Lugar na cadeia

# Undo, marks and counts
console-many = Mais de 1.000
console-id-reserved = Este ID está reservado. Insira outro ID
console-undo = Desfazer
console-undo-question = Desfazer esta alteração?
console-undo-text = Os valores anteriores ao evento são restaurados, com as mesmas verificações de qualquer alteração. As sessões encerradas e as mensagens enviadas ficam como estão. A operação é registrada e também pode ser desfeita.
console-undone = Os valores anteriores ao evento foram restaurados.
console-undo-changes = O que é restaurado
console-undo-now = Agora
console-undo-after = Depois de desfazer
console-undo-not = Este evento não pode ser desfeito
console-undo-back = Voltar ao evento
console-undoes = Desfaz
console-undo-no-change = Não alterou nada.
console-undo-created = Criou um objeto. Desative ou exclua o objeto em vez disso.
console-undo-deleted = Excluiu um objeto. Os objetos excluídos não podem ser restaurados.
console-undo-secret = Diz respeito a um segredo, uma chave ou uma mensagem. O registro não os contém.
console-undo-ended = Encerrou sessões, acessos ou um segundo fator. Eles não podem ser restaurados.
console-undo-incomplete = O registro não contém tudo o que é necessário para restaurar exatamente os valores anteriores.
console-undo-unsupported = As alterações deste tipo não podem ser desfeitas aqui. Altere o objeto de novo.
console-undo-past = O fim a restaurar já passou.
console-undo-changed = O valor atual não é o valor depois do evento: foi alterado desde então.
console-undo-gone = O objeto, ou um que os valores anteriores indicam, não existe mais.
