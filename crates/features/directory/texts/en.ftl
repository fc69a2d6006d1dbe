### Sign-in with the password of a directory.

directory-disabled = Your account is disabled in the directory of your organization. Ask its administrators.
directory-expired = Your account in the directory of your organization has expired. Ask its administrators.
directory-locked = Your account is locked in the directory of your organization. Try again later, or ask its administrators.
directory-password-expired = Your password in the directory of your organization has expired. Change it there, for example at your computer, and sign in again.
directory-conflict = Your password is right, but no account can be created for you here. Ask the administrators of this service.
