### Reports in the console: the numbers of each month.

reports-title = Reports
reports-text = Numbers of each month (UTC). The present month is counted once a day, and finally after its end.
reports-none = The server counts the first report within a minute.
reports-month = Month
reports-counted = Counted
reports-open = Not over yet
reports-active-users = Users who signed in
reports-new-users = New users
reports-disabled-users = Disabled users
reports-deleted-users = Deleted users
reports-roles-assigned = Roles assigned
reports-roles-revoked = Roles revoked
reports-members-added = Members added to groups and organizations
reports-members-removed = Members removed from groups and organizations
reports-users = Users who are not disabled
reports-with-password = With a password
reports-with-passkey = With a passkey
reports-with-authenticator = With an authenticator app
reports-with-provider = With an account of a sign-in provider
reports-with-second-factor = With a second factor
reports-apps = Sign-ins by app
reports-no-apps = There were no sign-ins to apps.
reports-other-apps = All other apps
