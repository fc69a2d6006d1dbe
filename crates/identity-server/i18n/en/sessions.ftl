### Devices and sessions.

sessions-end-others = Sign out everywhere else
sessions-others-ended = All other devices are signed out.
