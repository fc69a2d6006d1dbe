### Reports in the console: the numbers of each month.

reports-title = Informes
reports-text = Cifras de cada mes (UTC). El mes en curso se cuenta una vez al día y, por última vez, después de su final.
reports-none = El servidor cuenta el primer informe en un minuto.
reports-month = Mes
reports-counted = Contado
reports-open = Aún no ha terminado
reports-active-users = Usuarios que iniciaron sesión
reports-new-users = Usuarios nuevos
reports-disabled-users = Usuarios desactivados
reports-deleted-users = Usuarios eliminados
reports-roles-assigned = Roles asignados
reports-roles-revoked = Roles revocados
reports-members-added = Miembros añadidos a grupos y organizaciones
reports-members-removed = Miembros quitados de grupos y organizaciones
reports-users = Usuarios que no están desactivados
reports-with-password = Con contraseña
reports-with-passkey = Con llave de acceso
reports-with-authenticator = Con aplicación de autenticación
reports-with-provider = Con cuenta de un proveedor de acceso
reports-with-second-factor = Con segundo factor
reports-apps = Inicios de sesión por aplicación
reports-no-apps = No hubo inicios de sesión en aplicaciones.
reports-other-apps = Todas las demás aplicaciones
