### What happened in an account, and what to do about what was somebody else.

activity-title = Recent activity
activity-text = What happened in your account in the last 90 days.
activity-see-all = See all activity
activity-filter = Show
activity-all = All
activity-topic-sign-in = Sign-in
activity-topic-security = Security
activity-topic-apps = Apps
activity-topic-account = Account
activity-nothing = Nothing happened here.
activity-newest = Newest
activity-older = Older
activity-not-me = This wasn’t me
activity-not-me-label = This wasn’t me: { $what }
activity-an-app = an app

activity-login = Signed in
activity-login-failed = A sign-in failed: wrong password
activity-login-locked = Sign-in has to wait after too many wrong passwords
activity-first-step = The password was right; the code was asked for
activity-stepped-up = Signed in again with a code
activity-factor-failed = A code was wrong
activity-factor-added = Two-step sign-in was turned on
activity-factor-removed = Two-step sign-in was turned off
activity-codes-made = New recovery codes were made
activity-code-used = A recovery code was used
activity-logout = Signed out
activity-session-ended = Another device was signed out
activity-disowned = You reported activity that was not you
activity-registered = The account was made
activity-register-known = Somebody tried to make an account with your email address
activity-user-changed = An administrator changed your account
activity-user-changed-other = You changed another account
activity-by-admin = by an administrator
activity-consent = You allowed { $app } access
activity-consent-denied = You refused { $app } access
activity-consent-revoked = You removed the access of { $app }
activity-access-denied = Access was refused: not allowed
activity-api-key = An API key was made
activity-api-key-used = An API key was used for the first time
activity-api-key-revoked = An API key was removed
activity-proof-replayed = A proof that { $app } had used was presented again, and refused
activity-misused = { $app } used an old sign-in again, so its access was ended
activity-app-signed-out = The access of { $app } was ended
activity-app-exchanged = { $app } exchanged its access for a narrower one
activity-app-asserted = { $app } got access by the word of another issuer
activity-app-told = { $app } was told that you signed out
activity-app-not-told = { $app } could not be told that you signed out
activity-app-changed = You changed how an app is set up
activity-role-changed = Your roles were changed
activity-role-changed-other = You changed roles
activity-group-changed = You changed a group
activity-organization-changed = You changed an organization
activity-key-changed = You changed the keys of the server
activity-system-changed = You changed the operation of the server
activity-audit-exported = You downloaded events of the audit log
activity-users-exported = You exported the list of users
activity-list-exported = You exported a list with data of users
activity-email-verified = Your email address was confirmed
activity-email-requested = A new email address was asked for
activity-email-refused = A new email address was refused: wrong password
activity-email-changed = Your email address was changed
activity-email-undone = A change of your email address was taken back
activity-reset-requested = A new password was asked for
activity-reset = A new password was set by mail
activity-password-changed = The password was changed
activity-password-refused = The password was not changed: wrong password
activity-profile = The profile was changed
activity-profile-field = You changed a field of the profiles
activity-exported = A copy of your data was taken
activity-deletion = The account is to be deleted
activity-deletion-cancelled = The account is kept after all
activity-deleted = The account was deleted
activity-setup = The first administrator was made

secure-step = Step { $count } of 3
secure-title = Secure your account
secure-text = If somebody else was in your account, sign them out first. You stay signed in here. Your API keys are revoked, and links that were mailed to you are dead; make new ones when you need them.
secure-end-others = Sign out everywhere else
secure-password-title = Choose a new password
secure-password-text = Whoever was in your account may know your password. A new one keeps them out.
secure-skip = Not now
secure-review-title = Look around
secure-review-text = Check that nothing here was left by somebody else.
secure-apps = { $count ->
    [0] No app has access.
    [one] One app has access.
   *[other] { $count } apps have access.
}
secure-look = Look
secure-done = Done

# Days, support codes, and changes by administrators.
activity-from = First day (UTC)
activity-to = Last day (UTC)
activity-reason = Reason: { $reason }
activity-support-code = You made a support code
activity-support-code-used = Your support code was used
activity-admin-created = An administrator created your account
activity-admin-disabled = An administrator disabled your account
activity-admin-enabled = An administrator enabled your account
activity-admin-unlocked = An administrator ended the lock of your account
activity-admin-password = An administrator reset your password
activity-admin-passkey = An administrator mailed you a link to add a passkey
activity-admin-verified = An administrator confirmed your email address
activity-admin-email = An administrator changed your email address
