# Browsers on which the second step is spared.

second-trust = { $days ->
    [one] Trust this device for { $days } day
   *[other] Trust this device for { $days } days
}
trusted-title = Trusted devices
trusted-text = You are not asked for the second step there. The password is enough, but for changes that need both.
trusted-since = Trusted on
trusted-until = until
trusted-remove = Remove
trusted-remove-all = Remove all
trusted-gone = You will be asked for the second step again.
activity-trusted = A device was trusted: no second step there for a while
activity-distrusted = Trust in a device was taken back
notice-trusted-subject = You trust a new device
notice-trusted-text = From now on, sign-in to { $site } asks only for your password there, for a while.
