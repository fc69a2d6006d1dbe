### Access reviews: the pages of reviewers and their mail.

reviews-title = Access reviews
reviews-text = Decide whether these roles are still needed.
reviews-none = No access review waits for your decisions.
reviews-open = Open: { $count }
reviews-decide = Decide
reviews-lines-text = Confirm the roles that are still needed, and revoke the others. A revoked role ends at once. Your own roles are for other reviewers.
reviews-by-group = through the group { $group }
reviews-since = assigned
reviews-assigned-by = by { $name }
reviews-last-login = last sign-in
reviews-never = never signed in
reviews-reason = Reason (optional, at most 200 characters)
reviews-confirm = Confirm chosen
reviews-revoke = Revoke chosen
reviews-done = Your decisions are stored.
reviews-left = Your decisions are stored. Not every revoked role could be removed: a role of a group ends only with the membership in it.
reviews-all-done = You have decided about every role in this review.
mail-review-subject = Access review: your decisions are needed
mail-review-text = You are a reviewer of “{ $review }” at { $site }. Decide until { $moment } which roles are still needed.
mail-review-button = Open the review
mail-review-otherwise = You get this mail because an administrator named you as a reviewer.
