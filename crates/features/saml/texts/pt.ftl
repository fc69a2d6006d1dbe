### Sign-out of SAML.

saml-signed-out-text = Estes aplicativos não responderam. Saia deles ou feche o navegador.
saml-signed-out-back = Continuar

### Console pages of SAML.

saml-title = Aplicativos SAML
saml-text = Estes aplicativos falam SAML 2.0. Dê a cada um os metadados deste servidor.
saml-none = Não há aplicativo que fale SAML.
saml-new = Novo aplicativo SAML
saml-new-text = Cole os metadados do aplicativo ou informe o URL deles. Sem metadados, bastam o ID de entidade e um serviço consumidor de asserções.
saml-created = O aplicativo está registrado.
saml-edit = Alterar configurações de SAML
saml-edit-text = Os metadados substituem o ID de entidade, todos os endereços e todos os certificados. Campos vazios não mudam nada.
saml-changed = O aplicativo foi alterado.
saml-settings = Configurações de SAML
saml-metadata = Metadados
saml-metadata-hint = Um documento XML que começa com EntityDescriptor.
saml-metadata-url = URL dos metadados
saml-entity-id = ID de entidade
saml-entity-id-hint = O nome do aplicativo em suas solicitações.
saml-acs = Serviços consumidores de asserções
saml-acs-hint = Um URL por linha. As respostas vão somente a estes URLs.
saml-sign-on = URL de entrada
saml-logout-url = URL de saída
saml-signing = Certificados de assinatura (SHA-256)
saml-encryption = Certificado de criptografia (SHA-256)
saml-signed-requests = As solicitações devem ser assinadas
saml-signed = Partes assinadas de uma resposta
saml-encrypted = As asserções são criptografadas
saml-name-id = Formato do nome
saml-attributes = Nomes dos atributos
saml-unsolicited = Entrada sem solicitação
saml-known = Aplicação conhecida
saml-url = URL da aplicação conhecida
saml-check = Mostrar o efeito
saml-configuration = A introduzir na aplicação
saml-differences = Alterações
saml-certificates = Certificados
saml-sha256 = SHA-256
saml-signs-from = Assina a partir de
saml-keys-text = Uma chave nova está 14 dias nos metadados antes de assinar. As apps que nunca os leem precisam do novo certificado à mão nesse prazo.
