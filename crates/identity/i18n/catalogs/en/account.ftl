### Consent and the account page.

consent-title = { $app } asks for access
consent-this-computer = An app on this computer
consent-this-device = An app on this device:
consent-unverified = Not verified by { $site }. Only continue if you know this app and started this yourself.
consent-published = Known by its address only:
consent-answer = What you allow goes to:
consent-posing = Any program on this computer could pretend to be this app.
consent-wants = It would like to
consent-until-removed = Access lasts until it is removed. You find the app in your account under Connected apps.
consent-until = Access lasts until { $date }. You can end it before in your account under Connected apps.
consent-publisher = by { $name }
consent-optional = Only if you tick it:
consent-kept = What it has already
consent-policy = Privacy
consent-terms = Terms
consent-allow = Allow
consent-deny = Cancel

scope-sensitive = Sensitive
scope-new = New
scope-openid = Know who you are when you sign in
scope-profile = See your name and username
scope-email = See your email address
scope-phone = See your phone number
scope-address = See your postal address
scope-offline = Keep access in your absence
scope-groups = See the groups that you belong to
scope-roles = See your roles
scope-tasks-read = See your tasks
scope-tasks-write = Create and change your tasks
scope-tasks-delete = Delete your tasks
scope-tasks-read-all = See everyone’s tasks
scope-tasks-write-all = Change everyone’s tasks
scope-tasks-delete-all = Delete everyone’s tasks
scope-other = Use “{ $scope }”

account-title = Your account
account-administration = Administration
account-greeting = Hello, { $name }
account-profile = Profile
account-roles = Roles
account-created = Member since
account-password-changed = Password changed
account-sessions = Devices and sessions
account-apps = Connected apps
account-no-apps = No app has access to your account.
account-welcome = Your account is ready.
account-session-ended = That session is signed out.
account-app-removed = The app no longer has access.
session-current = This device
session-seen = Last used
session-since = signed in
session-end = Sign out
session-end-label = Sign out { $device }
app-since = Access since
app-until = until
app-scopes = { $count ->
    [one] { $count } permission
   *[other] { $count } permissions
}
app-remove = Remove
app-remove-label = Remove the access of { $app }
device-on = { $browser } on { $system }
device-unknown = Unknown device

# The navigation, the sign-in methods, and the organizations.
account-sign-in = Signing in
account-sign-in-text = How you sign in, and what protects your account.
account-not-set = Not set
account-safe = Your account is well protected.
account-one-factor = Add a second way to sign in.
account-invitations = Invitations
account-invited = { $organization } invites you to join.
account-all-devices = All devices
account-access = Access to your account
account-apps-text = Apps that can use your account. Remove those that you no longer need.
orgs-text = Organizations that you belong to, and your roles there.
orgs-none = You belong to no organization.
orgs-leave = Leave
orgs-leave-label = Leave { $organization }
orgs-leave-title = Leave { $organization }?
orgs-leave-text = You lose your groups and roles there, and your API keys for it stop working. To come back, you need an invitation.
orgs-left = You have left the organization.
orgs-last-owner = You are its only owner. Another member must become an owner before you can leave.

# The check-up and the support code.
check-up-title = Security check-up
check-up-text = Look at what happened in your account in the last 30 days, one event after the other.
check-up-start = Check recent activity
check-up-left = { $count ->
    [one] One event to check.
   *[other] { $count } events to check.
}
check-up-yes = Yes, that was me
check-up-known = Yes, I know about it
check-up-no = No, that wasn’t me
check-up-nothing = There is nothing to check.
support-code-title = Support code
support-code-text = Read this code out when you ask support for help. It shows them your account, and gives them no rights.
support-code-lasts = The code works once, within 15 minutes.
support-code-consents = Read this code out when you ask support for help. It shows them your account, and lets them act as you in one app for some minutes. You get a mail about it.
support-code-make = Make a code
support-code-again = Make another code
