### Access reviews: the pages of reviewers and their mail.

reviews-title = Revisões de acesso
reviews-text = Decida se estas funções ainda são necessárias.
reviews-none = Nenhuma revisão de acesso aguarda suas decisões.
reviews-open = Pendentes: { $count }
reviews-decide = Decidir
reviews-lines-text = Confirme as funções que ainda são necessárias e revogue as outras. Uma função revogada termina na hora. Outros revisores decidem sobre as suas próprias funções.
reviews-by-group = pelo grupo { $group }
reviews-since = atribuída
reviews-assigned-by = por { $name }
reviews-last-login = último login
reviews-never = nunca entrou
reviews-reason = Motivo (opcional, no máximo 200 caracteres)
reviews-confirm = Confirmar selecionadas
reviews-revoke = Revogar selecionadas
reviews-done = Suas decisões foram salvas.
reviews-left = Suas decisões foram salvas. Nem todas as funções revogadas puderam ser removidas: a função de um grupo só termina com a participação nele.
reviews-all-done = Você decidiu sobre todas as funções desta revisão.
mail-review-subject = Revisão de acesso: suas decisões são necessárias
mail-review-text = Você é revisor de “{ $review }” em { $site }. Decida até { $moment } quais funções ainda são necessárias.
mail-review-button = Abrir a revisão
mail-review-otherwise = Você recebe este e-mail porque um administrador o indicou como revisor.
