### API keys: their list, the form for a new one, the key itself.

api-keys-title = Chaves de API
api-keys-text = Com uma chave de API, um programa seu pode agir em seu nome. Trate-a como uma senha.
api-keys-none = Você não tem chaves de API.
api-keys-active = { $count ->
    [one] { $count } ativa
   *[other] { $count } ativas
}
api-keys-new = Criar uma chave de API
api-keys-revoked = A chave não funciona mais.
api-keys-gone = Essa chave não existe mais.
api-key-revoke = Revogar
api-key-revoke-label = Revogar a chave { $name }
api-key-made = criada em
api-key-ends = Válida até
api-key-used = último uso
api-key-used-from = de
api-key-never-used = nunca usada
api-key-only-from = Somente de
api-key-org = Em nome de

new-key-title = Criar uma chave de API
new-key-text = Dê a ela só o necessário, e só pelo tempo necessário.
new-key-name = Nome
new-key-name-hint = Para que serve? Só você vê isto.
new-key-scopes = O que ela pode fazer?
new-key-no-scopes = Você ainda não tem nenhuma permissão que uma chave possa usar. Fale com os responsáveis por este site.
new-key-expires = Válida até
new-key-expires-hint = Uma data dentro de um ano.
new-key-networks = Somente destes endereços IP
new-key-networks-hint = Deixe em branco para permitir qualquer um. Separe vários com espaços: 192.0.2.7 198.51.100.0/24
new-key-submit = Criar a chave
new-key-name-missing = Digite um nome
new-key-name-long = Digite um nome mais curto
new-key-name-invalid = Digite um nome sem caracteres especiais
new-key-scopes-missing = Escolha o que a chave pode fazer
new-key-scopes-not-held = Você não tem todas essas permissões
new-key-expires-invalid = Digite uma data, como { $date }
new-key-expires-past = Digite uma data no futuro
new-key-expires-late = Digite uma data dentro de um ano
new-key-network-invalid = “{ $network }” não é um endereço nem uma rede
new-key-networks-many = Digite menos endereços
new-key-too-many = Você atingiu o número máximo de chaves por pessoa. Revogue uma de que não precisa mais.

key-made-title = Sua nova chave de API
key-made-text = Copie-a agora. Ela não será mostrada novamente.
key-made-use = Envie-a neste cabeçalho:
key-made-done = Já guardei a chave

revoke-key-title = Revogar esta chave?
revoke-key-text = Os programas que a usam param de funcionar em meio minuto. Isto não pode ser desfeito.
revoke-key-submit = Revogar
revoke-key-cancel = Manter

activity-api-key-denied = Tentativa de criar uma chave de API com mais permissões do que você tem
activity-api-key-used-again = Uma chave de API foi usada
activity-api-key-refused = Uma chave de API foi recusada
