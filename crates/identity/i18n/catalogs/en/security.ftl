### The second step of a sign-in, and its set-up.

second-title = Enter the code from your authenticator app
second-recovery-title = Enter a recovery code
second-code = Code
second-code-hint = Six digits. They change every 30 seconds.
second-recovery-code = Recovery code
second-recovery-hint = One of the codes that you saved. Each works once.
second-missing = Enter the code
second-wrong = That code didn’t match. Codes change every 30 seconds.
second-clock = That code didn’t match. Check that the clock of your phone is right.
second-recovery-wrong = That code didn’t match. Each recovery code works once.
second-locked = Too many wrong codes. Use a recovery code, or ask the people who run this site.
second-use-recovery = Use a recovery code
second-use-app = Use your authenticator app

login-confirm = Sign in again to make this change. It keeps others out of your account.
login-confirm-title = Confirm that it is you

two-factor-title = Two-step sign-in
two-factor-text = After your password, you enter a code from an app on your phone.
two-factor-on = On
two-factor-off = Off
two-factor-since = since
two-factor-start = Set up an authenticator app
two-factor-new-codes = Make new recovery codes
two-factor-make-new = Make new ones and keep them safe.
two-factor-turn-off = Turn off two-step sign-in
two-factor-end-others = Sign out all other devices
two-factor-left = { $count ->
    [0] No recovery code is left.
    [one] { $count } recovery code is left.
   *[other] { $count } recovery codes are left.
}
two-factor-not-saved = You have not said yet that you saved your recovery codes.
two-factor-required = Your account needs two-step sign-in. Set it up to go on.
two-factor-due = From { $day } on, your account needs two-step sign-in. Set it up now or later.
two-factor-stays = Your account needs two-step sign-in. It cannot be turned off.
two-factor-turned-off = Two-step sign-in is off.
two-factor-over = That took too long. Please begin again.
two-factor-manage = Manage
two-factor-set-up = Set up

set-up-title = Set up an authenticator app
set-up-scan = Scan this with your authenticator app.
set-up-qr = QR code for your authenticator app
set-up-by-hand = Or enter this key by hand:
set-up-code = Code from the app

codes-title = Save your recovery codes
codes-now-on = Two-step sign-in is on.
codes-text = With one of them you can sign in when your phone is gone. Each works once. They are not shown again.
codes-download = Download
codes-print = Print
codes-saved = I saved these codes
