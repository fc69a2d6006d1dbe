### Mails: what happened, what to do, what if it was not you.

mail-greeting = Hello { $name },
mail-url-hint = If the button does not work, open this address:
mail-asked = Asked from { $device } at { $time }.
mail-asked-ip = Asked from { $device }, address { $ip }, at { $time }.
mail-ignore = If this was not you, you can ignore this mail. Nothing changes.
mail-secure = If this was not you, choose a new password at once.
mail-undo = If this was not you, take it back at once. That also signs out every device.
mail-expires-day = The link works once, within 24 hours.
mail-expires-half-hour = The link works once, within 30 minutes.
mail-expires-three-days = The link works once, within 72 hours.
mail-footer = This mail was sent by { $site } because of your account there.

mail-verify-subject = Confirm your email address
mail-verify-text = With one more step your account “{ $name }” at { $site } is ready: confirm that this is your address.
mail-verify-button = Confirm address
mail-known-subject = You already have an account
mail-known-text = Somebody asked for an account at { $site } with your email address. You have one already. Sign in; if you do not know the password, choose “Forgot it?” there.
mail-known-button = Sign in
mail-reset-subject = Choose a new password
mail-reset-text = Somebody asked for a new password for your account at { $site }.
mail-reset-button = Choose a password
mail-password-subject = Your password was changed
mail-password-text = The password of your account at { $site } was changed.
mail-secure-button = Choose a new password
mail-change-subject = Confirm your new email address
mail-change-text = Your account at { $site } is to move to this address. Confirm that you read it.
mail-change-button = Confirm address
mail-changed-subject = Your email address was changed
mail-changed-text = Your account at { $site } now uses { $address }. Mails no longer come here.
mail-changed-button = Take it back
mail-restored-subject = Your email address is back
mail-restored-text = Your account at { $site } uses this address again. Every device was signed out.
mail-restored-button = Choose a new password
mail-restored-advice = Somebody may know your password. Choose a new one now.
mail-off-subject = Your account was switched off
mail-off-text = An administrator of { $site } switched your account off. Nobody can sign in to it, and every app and device is signed out. If you do not know why, ask whoever runs { $site }.
