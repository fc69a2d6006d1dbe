### Inicio de sesión con la contraseña de un directorio.

directory-disabled = Su cuenta está desactivada en el directorio de su organización. Consulte a sus administradores.
directory-expired = Su cuenta en el directorio de su organización ha caducado. Consulte a sus administradores.
directory-locked = Su cuenta está bloqueada en el directorio de su organización. Inténtelo más tarde o consulte a sus administradores.
directory-password-expired = Su contraseña en el directorio de su organización ha caducado. Cámbiela allí, por ejemplo en su ordenador, e inicie sesión de nuevo.
directory-conflict = Su contraseña es correcta, pero aquí no se puede crear una cuenta para usted. Consulte a los administradores de este servicio.
