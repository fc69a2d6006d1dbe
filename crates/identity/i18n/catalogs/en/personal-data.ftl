### A copy of one's data, and the end of the account.

data-title = Your data
data-prove-text = Downloading your data or deleting your account needs a recent proof that it is you. It then holds for 15 minutes.
data-prove = Confirm that it is you
data-export-title = Download your data
data-export-text = Everything that we know of you, as one JSON file: account, profile, picture, sessions, apps, roles and what happened. Passwords and secrets are not in it.
data-export-submit = Download
data-delete-title = Delete your account
data-delete-grace = { $days ->
    [one] Every app and device is signed out at once. One day later, the account is gone for good; until then you can sign in and keep it.
   *[other] Every app and device is signed out at once. { $days } days later, the account is gone for good; until then you can sign in and keep it.
}
data-delete-soon = Every app and device is signed out at once. Within a day, the account is gone for good; until then you can sign in and keep it.
data-name-label = Type your username ({ $name }) to delete the account
data-name-missing = Type your username to delete the account
data-name-other = This is not your username
data-last-administrator = Nobody else administers this site. Name another administrator first.
data-last-owner = Nobody else owns the organization { $name }. Name another owner first.
data-delete-submit = Delete my account
leaving-title = Your account will be deleted on { $day }
leaving-account = Account:
leaving-text = Until then nobody can use it, and no app has access to it. If you changed your mind, keep it.
leaving-keep = Keep my account
account-kept = Your account stays. Sign in to your apps again.
