### The audit log in the administration console.

console-filters = Filters
console-more = More
console-filter-remove = Remove filter “{ $filter }”
console-filter-remove-value = Remove filter “{ $name }: { $value }”
console-day = Day (UTC)
console-mine = Mine
console-audit-download = Download as CSV
console-history = Audit log
console-audit-change = What changed
console-audit-detail = Details
console-field = Field
console-before = Before
console-after = After
console-value = Value
console-done = Done
console-chain-sealed = Sealed in the log
console-chain-waiting = Not sealed yet
console-chain-missing = Missing in the chain of the log
console-chain-position = Place in the chain

# Undo, marks and counts
console-many = 1,000+
console-id-reserved = This ID is reserved. Enter another ID
console-undo = Undo
console-undo-question = Undo this change?
console-undo-text = The values before the event are set again, with the same checks as any change. Ended sessions and messages that were sent stay as they are. The undo is recorded, and can be undone.
console-undone = The values before the event are set again.
console-undo-changes = What the undo sets back
console-undo-now = Now
console-undo-after = After the undo
console-undo-not = This event cannot be undone
console-undo-back = Back to the event
console-undoes = Undoes
console-undo-no-change = It changed nothing.
console-undo-created = It created an object. Disable or delete the object instead.
console-undo-deleted = It deleted an object. Deleted objects cannot be restored.
console-undo-secret = It concerns a secret, a key or a message. The log does not contain them.
console-undo-ended = It ended sessions, access or a second factor. These cannot be restored.
console-undo-incomplete = The log does not contain everything that is needed to restore the former values exactly.
console-undo-unsupported = Changes of this kind cannot be undone here. Change the object again instead.
console-undo-past = The end to set again has passed.
console-undo-changed = The value now is not the value after the event: it was changed since.
console-undo-gone = The object, or one that the former values name, no longer exists.
