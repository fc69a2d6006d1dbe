### Devices and sessions.

sessions-end-others = Sign out everywhere else
sessions-others-ended = All other devices are signed out.

ended-title = Why did my session end?
ended-list-title = Ended sessions
ended-list-text = Where you were signed in, and why you no longer are.
ended-none = No session has ended lately.
ended-idle = It was not used for too long.
ended-expired = It had lasted as long as a session may.
ended-signed-out = You signed out there.
ended-replaced = Another sign-in took its place in the same browser.
ended-password = The password was changed or reset.
ended-administrator = An administrator ended it.
ended-owner = You ended it from another device.
ended-factor = Two-step sign-in was changed.
ended-reuse = One of its keys was used twice. It was ended to protect you.
ended-too-many = The account had too many sessions. The oldest ones were ended.
