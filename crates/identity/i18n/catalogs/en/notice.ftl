### Security notices by mail.

notice-happened = It came from { $device } at { $time }.
notice-happened-ip = It came from { $device }, address { $ip }, at { $time }.
notice-otherwise = If this was you, there is nothing to do. If not, secure your account now: the page signs out other devices and leads to a new password.
notice-button = Secure your account

notice-factor-added-subject = Two-step sign-in was turned on
notice-factor-added-text = An authenticator app was added to your account at { $site }. Signing in now also asks for its code.
notice-factor-removed-subject = Two-step sign-in was turned off
notice-factor-removed-text = The authenticator app and the recovery codes were removed from your account at { $site }. The password alone now signs in.
notice-codes-made-subject = New recovery codes were made
notice-codes-made-text = New recovery codes were made for your account at { $site }. The old ones no longer work.
notice-code-used-subject = A recovery code was used
notice-code-used-text = A recovery code was used to sign in to your account at { $site }. { $count ->
    [one] One code is left.
   *[other] { $count } codes are left.
}
notice-code-used-few-text = A recovery code was used to sign in to your account at { $site }. { $count ->
    [0] None is left.
    [one] Only one is left.
   *[other] Only { $count } are left.
} Make new ones under two-step sign-in in your account.
notice-new-device-subject = New sign-in to your account
notice-new-device-text = Somebody signed in to your account at { $site } with a device that has not been seen before.
notice-locked-subject = Too many failed sign-ins
notice-locked-text = Somebody entered a wrong password for your account at { $site } too often. Signing in from unknown devices now waits { $count ->
    [one] one minute.
   *[other] { $count } minutes.
} Devices that you have used before are not affected.
notice-codes-locked-subject = Too many wrong codes
notice-codes-locked-text = Somebody entered your password at { $site } and then too many wrong codes. The second step now waits { $count ->
    [one] one minute.
   *[other] { $count } minutes.
} Whoever it was knows your password.
notice-api-key-subject = An API key was made
notice-api-key-text = An API key was made for your account at { $site }. Programs that hold it can act for you.
notice-disowned-subject = You reported activity in your account
notice-disowned-text = Somebody who is signed in to your account at { $site } reported that something in its activity was not them. Its API keys were revoked, and links that were mailed before are dead.
