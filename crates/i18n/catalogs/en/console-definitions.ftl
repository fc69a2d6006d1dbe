### The pages of definitions, and the fields that pick permissions and the end of a role.

console-until = Or until
console-until-hint = Optional: a date and time in UTC, which replaces the choice above.
console-until-invalid = Choose a date and time in the future
console-role-organization-hint = ID of the organization in which the role counts, such as acme. Empty: everywhere.
console-picker-more = Only the first 50 are shown. Search for the others.
console-picker-found = Found:
console-definitions = Definitions
console-definitions-text = What roles, apps and tokens refer to. It is changed on the command line.
console-resources = Resources
console-claims = Custom claims
console-token-claims = Claims in access tokens
console-profile-fields = Profile fields
console-resource = Resource
console-scope = Scope
console-claim = Claim
console-outputs = Contained in
console-editable-by = Changed by
console-visible-to = Visible to
