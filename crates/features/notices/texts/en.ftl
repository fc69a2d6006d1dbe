### The notice on all pages, and read-only mode, in the console.

notices-title = Notice and read-only mode
notices-text = A notice is on every page for its period. In read-only mode, the server rejects changes of accounts, consents and settings for a period; signing in, sessions and apps go on.
notices-notice = Notice
notices-none = There is no notice.
notices-text-invalid = Enter 1 to 300 characters on one line
notices-languages = Other languages
notices-languages-hint = One a line, such as: de = Wartung am Samstag
notices-languages-invalid = Use one line for each language, such as: de = Wartung am Samstag
notices-from = From
notices-until = Until
notices-until-invalid = Enter a time after the start; read-only mode lasts at most 7 days
notices-announced = Announced
notices-set = Set notice
notices-set-done = The notice is set.
notices-remove = Remove notice
notices-remove-question = Remove the notice?
notices-remove-text = No page shows it any more.
notices-removed = The notice is removed.
notices-read-only = Read-only mode
notices-read-only-active = Changes are rejected
notices-writable = Changes are possible
notices-read-only-set = Set read-only mode
notices-read-only-set-done = Read-only mode is set.
notices-read-only-until-hint = At most 7 days after the start. The mode ends then without further action.
notices-read-only-end = End read-only mode
notices-read-only-end-question = End read-only mode?
notices-read-only-end-text = Changes are possible again: here at once, on other servers within seconds.
notices-read-only-ended = Read-only mode has ended.
