### Signing in, registering, setting up, signing out.

login-title = Sign in
login-identifier = Username or email
login-remember = Keep me signed in on this device
login-submit = Sign in
login-or = or
login-new-here = New here?
login-create = Create an account
login-rejected = The username, email or password is not right.
login-missing-identifier = Enter your username or email
login-missing-password = Enter your password
login-again = This app asks you to sign in again.
login-session-ended = Your session has ended. Sign in to go on.
login-verify-email = Sign in to confirm your email address.

register-title = Create your account
register-submit = Create account
register-have = You have an account?

setup-title = Create the first administrator
setup-text = This account can manage everything here. You can add more users later.
setup-submit = Create administrator

username = Username
username-hint = Letters, digits, dots, dashes and underscores.
username-optional = Optional.
username-missing = Choose a username
username-taken = This username is taken. Choose another.
username-invalid = Use 2 to 64 letters, digits, dots, dashes or underscores. Begin with a letter or digit.
username-reserved = This username is kept back. Choose another.
email = Email
email-missing = Enter your email address
email-taken = An account with this email exists. Sign in instead.
email-invalid = Enter an email address like name@example.com
email-undeliverable = We can’t send email to this address because of the characters before the @. Use another address.
email-verified = Verified
email-unverified = Not verified
password = Password
password-hint = At least { $min } characters. A few random words work well.
password-confirm = Repeat the password
password-missing = Choose a password
password-too-short = Use at least { $min } characters
password-too-long = This password is too long. Use at most 256 characters.
password-numeric = This password is only digits. Add some words.
password-common = This password is on lists of common passwords. Choose another.
password-temporary = This is the former password. Choose another.
password-guessable = This password is easy to guess. Add another random word or two.
password-like-username = This password is too similar to your username
password-like-email = This password is too similar to your email address
password-like-name = This password is too similar to your name
password-like-site = This password is too similar to the name of this site
password-mismatch = The two passwords differ. Type them again.

select-title = Choose an account
select-current = Continue as { $name }

logout-title = Sign out?
logout-text = You can sign in to { $site } again at any time.
logout-app = { $app } asks to sign you out. This ends your session here, too.
logout-submit = Sign out
logout-stay = Stay signed in
logged-out-title = You are signed out
logged-out-text = If others use this device, close the browser too.
logged-out-again = Sign in again
logged-out-nobody = You are not signed in
logged-out-nobody-text = There is no session to end in this browser.
logged-out-nobody-sign-in = Sign in
logout-problem = The app’s sign-out request is not valid, so you will not be sent back to the app:
onward-title = Go on to { $host }?
onward-text = { $app } sent a request that cannot be carried out.
onward-go = Go on to { $host }

form-post-title = Taking you back to { $app }
form-post-text = If nothing happens in a few seconds, press Continue.
