### The audit log in the administration console.

console-more-filters = More filters
console-filter-remove = Remove: { $filter }
console-day = Day (UTC)
console-mine = Mine
console-audit-download = Download as CSV
console-history = History
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
console-id-reserved = “new” is reserved. Enter another ID
console-chain = Chain
console-chain-in = Sealed
