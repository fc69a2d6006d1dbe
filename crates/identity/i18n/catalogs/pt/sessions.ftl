### Devices and sessions.

sessions-end-others = Sair de todos os outros dispositivos
sessions-others-ended = Todos os outros dispositivos foram desconectados.

ended-title = Por que minha sessão terminou?
ended-list-title = Sessões encerradas
ended-list-text = Onde você tinha entrado e por que a sessão acabou.
ended-none = Nenhuma sessão foi encerrada recentemente.
ended-idle = Ela ficou sem uso por tempo demais.
ended-expired = Ela durou o máximo que uma sessão pode durar.
ended-signed-out = Você saiu nesse dispositivo.
ended-replaced = Outra entrada no mesmo navegador tomou o lugar dela.
ended-password = A senha foi alterada ou redefinida.
ended-administrator = Um administrador a encerrou.
ended-owner = Você a encerrou em outro dispositivo.
ended-factor = A verificação em duas etapas foi alterada.
ended-reuse = Uma das chaves dela foi usada duas vezes. Ela foi encerrada para proteger você.
ended-too-many = A conta tinha sessões demais. As mais antigas foram encerradas.
