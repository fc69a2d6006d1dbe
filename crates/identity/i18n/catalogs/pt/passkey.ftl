### Passkeys: signing in with a fingerprint, a face or the PIN of a device.

passkey-use = Usar uma chave de acesso
passkey-needs = Para usar uma chave de acesso (impressão digital, rosto ou PIN do dispositivo), permita JavaScript.
passkey-rejected = Essa chave de acesso não foi aceita. Tente novamente ou entre de outra forma.
passkey-changed = Seu dispositivo agora indica outro tipo de chave de acesso do que quando ela foi adicionada. Entre de outra forma, remova-a da sua conta e adicione-a de novo.
passkey-failed = Seu navegador ou gerenciador de senhas não conseguiu usar a chave de acesso. Tente novamente ou escolha outro dispositivo ou gerenciador de senhas.
passkey-known = Este dispositivo ou gerenciador de senhas já tem uma chave de acesso para a sua conta.
passkey-recommended = Recomendado
passkey-synced = Sincronizada
passkey-device = Em um só dispositivo
passkey-made = adicionada em
passkey-used = Último uso
passkey-unused = Ainda não usada
passkey-suspected = Pode haver uma cópia desta chave de acesso. Remova-a e adicione uma nova.
passkey-change = Renomear ou remover
passkey-change-label = Renomear ou remover { $name }
passkey-name = Nome
passkey-rename = Renomear
passkey-remove = Remover

second-passkey-title = Confirme que é você

passkeys-title = Chaves de acesso
passkeys-text = Entre com sua impressão digital, seu rosto ou o PIN do dispositivo em vez de uma senha.
passkeys-none = Você ainda não tem nenhuma chave de acesso.
passkeys-count = { $count ->
    [0] Nenhuma
    [one] { $count } chave de acesso
   *[other] { $count } chaves de acesso
}
passkeys-add = Adicionar uma chave de acesso
passkeys-confirm = Entrar novamente para adicionar
passkeys-full = Você atingiu o número máximo de chaves de acesso por conta.
passkeys-added = A chave de acesso foi adicionada.
passkeys-renamed = A chave de acesso está com o novo nome.
passkeys-removed = A chave de acesso foi removida. Remova-a também do seu dispositivo.
passkeys-rejected = Não foi possível adicionar essa chave de acesso. Tente novamente.
passkeys-bad-name = Use um nome de 1 a 60 caracteres
passkeys-only-way = Esta chave de acesso é sua única forma de entrar. Primeiro defina uma senha ou adicione outra chave de acesso.
passkeys-only-factor = Sua conta exige a verificação em duas etapas. Primeiro adicione outra chave de acesso ou um app autenticador.

activity-passkey-failed = Falha de login com uma chave de acesso
activity-passkey-stepped-up = Novo login com uma chave de acesso
activity-passkey-added = Uma chave de acesso foi adicionada
activity-passkey-removed = Uma chave de acesso foi removida

notice-passkey-added-subject = Uma chave de acesso foi adicionada
notice-passkey-added-text = Uma chave de acesso foi adicionada à sua conta em { $site }. Quem a tem pode entrar sem a senha.
notice-passkey-removed-subject = Uma chave de acesso foi removida
notice-passkey-removed-text = Uma chave de acesso foi removida da sua conta em { $site }. Ela não serve mais para entrar.
passkey-offer = Entre mais rápido: com sua digital, seu rosto ou o PIN do dispositivo.
passkey-later = Agora não

mail-passkey-subject = Adicione uma chave de acesso à sua conta
mail-passkey-text = A administração de { $site } pede que você adicione uma chave de acesso à sua conta. Abra o link no dispositivo que vai guardá-la: nele você entrará com a impressão digital, o rosto ou o PIN do dispositivo.
