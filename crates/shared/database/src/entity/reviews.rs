//! Access reviews, their reviewers and their lines.

use doorward_domain::model::{AccessReview, ReviewLine};

table! {
    access_reviews(id: Uuid) => AccessReview {
        name: String,
        starter_kind: String,
        starter: String,
        org: Option<String>,
        client_id: Option<String>,
        scope: String,
        scope_id: String,
        scope_name: String,
        created_at: i64,
        due_at: i64,
        revoke_open: bool,
        cursor: Option<String>,
        filled_at: Option<i64>,
        closed_at: Option<i64>,
        lines: i64,
        open: i64,
        members_of: Option<String>,
    }
}

table! {
    access_review_reviewers(review_id: Uuid, user_id: Uuid) {
        reminded_at: Option<i64>,
    }
}

table! {
    access_review_lines(id: Uuid) => ReviewLine {
        number: i64,
        given_to: String,
        holder_kind: String,
        holder: String,
        holder_name: String,
        role: String,
        org: Option<String>,
        group_path: Option<String>,
        member_of: Option<String>,
        granted_at: i64,
        assigned_by: Option<String>,
        assigner_name: Option<String>,
        expires_at: Option<i64>,
        last_login: Option<i64>,
        decision: Option<String>,
        outcome: Option<String>,
        decided_by: Option<Uuid>,
        decider_name: Option<String>,
        decided_at: Option<i64>,
        reason: Option<String>,
    }
    renamed {
        review_id: Uuid => review,
        assignment_id: Uuid => assignment,
    }
}
