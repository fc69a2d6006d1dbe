### Início de sessão com a senha de um diretório.

directory-disabled = Sua conta está desativada no diretório da sua organização. Fale com os administradores dela.
directory-expired = Sua conta no diretório da sua organização expirou. Fale com os administradores dela.
directory-locked = Sua conta está bloqueada no diretório da sua organização. Tente mais tarde ou fale com os administradores dela.
directory-password-expired = Sua senha no diretório da sua organização expirou. Altere-a lá, por exemplo no seu computador, e entre novamente.
directory-conflict = Sua senha está correta, mas não é possível criar uma conta para você aqui. Fale com os administradores deste serviço.
