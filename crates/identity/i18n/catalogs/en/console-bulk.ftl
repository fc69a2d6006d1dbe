### The pages of the console that change many users at once, and that end chosen objects.

console-bulk-action = With the chosen users
console-bulk-choose = Choose what to do
console-bulk-group = Add to a group
console-bulk-all-count = { $count ->
    [one] Choose the one that matches
   *[other] Choose all { $count } matching
}
console-bulk-all-matching = Choose all that match
console-bulk-all-page = Choose all on this page
console-bulk-all-chosen = All users that match are chosen, on every page of the list.
console-bulk-single = Choose single users
console-bulk-nothing = Choose at least one
console-bulk-no-action = Choose what to do with the chosen users
console-bulk-disable-question = Disable these accounts?
console-bulk-disable-text = The users can no longer sign in, and all access of apps ends now. Names, roles and groups stay. To undo it, enable the accounts again; access that was taken away does not come back.
console-bulk-enable-question = Enable these accounts?
console-bulk-enable-text = The users can sign in again. Access that was taken away does not come back. To undo it, disable the accounts again.
console-bulk-end-question = End all sessions of these users?
console-bulk-end-text = They are signed out on every device and have to sign in again. The accounts stay as they are. The access of apps ends too. It cannot be undone.
console-bulk-group-question = Add these users to a group?
console-bulk-group-text = They get the roles of the group, from the next request on. Their other groups and roles stay. To undo it, remove the members from the group.
console-bulk-verify = Mark emails as verified
console-bulk-verify-question = Mark the emails of these users as verified?
console-bulk-verify-text = Their emails count as verified, and the users sign in without a link in a mail. Do this only if you know that the emails belong to them. To undo it, open each user.
console-bulk-domain = Change the domain of emails
console-bulk-domain-question = Change the domain of the emails of these users?
console-bulk-domain-text = Emails in the old domain move to the new one and stay as verified as they are. An email that another account has is left out and listed. To undo it, change the domain back.
console-bulk-domain-from = Old domain
console-bulk-domain-to = New domain
console-bulk-domain-invalid = Enter another domain, such as example.org
console-bulk-mail = Send a mail to the former email
console-bulk-password = Require a new password
console-bulk-password-question = Require a new password of these users?
console-bulk-password-text = Their passwords no longer sign in. Each user sets another one by a mailed link, and not the former one. Unless you keep them, sessions, API keys and the access of apps end. Users without a password stay as they are. It cannot be undone.
console-bulk-keep = Keep sessions, API keys and the access of apps
console-bulk-password-mail = Send each user a mail
console-bulk-group-path = Group
console-bulk-group-hint = Path such as /sales/north, or ID
console-bulk-group-unknown = Enter the path or ID of a group
console-bulk-skips = Your own account and accounts with more rights than yours are left out.
console-bulk-later = More than 50 users are changed in the background. You can watch that, and stop it.
console-bulk-chosen = Chosen
console-bulk-users = { $count ->
    [one] One user
   *[other] { $count } users
}
console-bulk-many = Not counted: too many accounts to check
console-bulk-filter = Filter
console-bulk-progress = Progress
console-bulk-tried = { $count ->
    [one] One user done so far
   *[other] { $count } users done so far
}
console-bulk-done = Changed
console-bulk-failed = Not changed
console-bulk-started = Started
console-bulk-ended = Ended
console-bulk-stopped = Stopped
console-bulk-stop = Stop
console-bulk-stop-question = Stop this change?
console-bulk-stop-text = Users that were changed stay changed.
console-bulk-stop-done = The change was stopped.
console-bulk-refresh = Refresh
console-bulk-why-requested = An administrator stopped it
console-bulk-why-deleted = The account of the administrator was deleted
console-bulk-why-disabled = The account of the administrator was disabled
console-bulk-why-permission = The administrator lacks the permission
console-bulk-why-interrupted = The command line was interrupted
console-bulk-not-found = There is no such account
console-bulk-error = It failed on this server. Try it again.
console-chosen-nothing = Choose at least one
console-chosen-failed = Not done
console-chosen-gone = It no longer exists, or you cannot see it.
console-chosen-used = It was used in the meantime.
console-chosen-sessions = End chosen sessions
console-chosen-sessions-question = End the chosen sessions?
console-chosen-sessions-text = The users are signed out on these devices and have to sign in again. The access of apps ends too. It cannot be undone.
console-chosen-sessions-ended = { $count ->
    [one] One session was ended.
   *[other] { $count } sessions were ended.
}
console-chosen-sessions-failed = { $count ->
    [one] One session was not ended.
   *[other] { $count } sessions were not ended.
}
console-chosen-roles = Remove chosen roles
console-chosen-roles-question = Remove the chosen roles?
console-chosen-roles-text = What the roles allow is no longer allowed, from the next request on. To undo it, open the events in the audit log.
console-chosen-roles-removed = { $count ->
    [one] One role was removed.
   *[other] { $count } roles were removed.
}
console-chosen-roles-failed = { $count ->
    [one] One role was not removed.
   *[other] { $count } roles were not removed.
}
console-chosen-apps = Disable chosen apps
console-chosen-apps-question = Disable the chosen apps?
console-chosen-apps-text = Users can no longer sign in to these apps, and their access ends. You can enable them again.
console-chosen-apps-ended = { $count ->
    [one] One app was disabled.
   *[other] { $count } apps were disabled.
}
console-chosen-apps-failed = { $count ->
    [one] One app was not disabled.
   *[other] { $count } apps were not disabled.
}
console-chosen-keys = Revoke chosen keys
console-chosen-keys-question = Revoke the chosen keys?
console-chosen-keys-text = Programs that use them stop working within half a minute. This cannot be undone.
console-chosen-keys-ended = { $count ->
    [one] One key was revoked.
   *[other] { $count } keys were revoked.
}
console-chosen-keys-failed = { $count ->
    [one] One key was not revoked.
   *[other] { $count } keys were not revoked.
}
console-chosen-accounts = Disable chosen accounts
console-chosen-accounts-ended = { $count ->
    [one] One account was disabled.
   *[other] { $count } accounts were disabled.
}
console-chosen-accounts-failed = { $count ->
    [one] One account was not disabled.
   *[other] { $count } accounts were not disabled.
}
