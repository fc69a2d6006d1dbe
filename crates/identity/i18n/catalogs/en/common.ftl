### What every page shares.

title-error = Error: { $title }
skip = Skip to the content
language = Language
theme = Theme
theme-auto = Automatic
theme-light = Light
theme-dark = Dark
help = Help
privacy = Privacy
terms = Terms
imprint = Legal notice
problem-title = There is a problem
banner-label = Notice
banner-copy = This is a copy for tests, made at { $moment }. Nothing here is real.
banner-read-only = No changes until { $moment }. Signing in and reading go on.
continue-to = to continue to { $app }
continue = Continue
back-to-app = Back to { $app }
account-other = Use another account
copy = Copy
copied = Copied
show = Show
hide = Hide
show-password = Show password
hide-password = Hide password

# How long ago something was.
ago-now = just now
ago-minutes = { $count ->
    [one] { $count } minute ago
   *[other] { $count } minutes ago
}
ago-hours = { $count ->
    [one] { $count } hour ago
   *[other] { $count } hours ago
}
ago-days = { $count ->
    [one] { $count } day ago
   *[other] { $count } days ago
}

# A day, and a moment of a mail.
date = { $month ->
    [1] January
    [2] February
    [3] March
    [4] April
    [5] May
    [6] June
    [7] July
    [8] August
    [9] September
    [10] October
    [11] November
   *[12] December
} { $day }, { $year }
date-time = { $time } UTC on { $date }
date-minute = { $date } at { $time } UTC

# Problems of any form.
too-many-tries = { $minutes ->
    [one] Too many tries. Wait a minute, then try again.
   *[other] Too many tries. Wait { $minutes } minutes, then try again.
}
busy = Many people are signing in right now. Please try again in a few seconds.
stale-form = This page was open for a long time. Please send it again.
