//! Access reviews, their reviewers and their lines.

use sea_orm::{DatabaseTransaction, DbErr};

use super::table::{NewTable, create, table};
use crate::columns::{flag, number, text, text_null, time, time_null, uuid, uuid_key, uuid_null};

pub(super) async fn up(tx: &DatabaseTransaction) -> Result<(), DbErr> {
    create(tx, [reviews(), reviewers(), lines()]).await
}

fn reviews() -> NewTable {
    table("access_reviews")
        .col(uuid_key("id"))
        .col(text("name"))
        .col(text("starter_kind"))
        .col(text("starter"))
        .col(text_null("org"))
        .col(text_null("client_id"))
        .col(text("scope"))
        .col(text("scope_id"))
        .col(text("scope_name"))
        .col(time("created_at"))
        .col(time("due_at"))
        .col(flag("revoke_open"))
        .col(text_null("cursor"))
        .col(time_null("filled_at"))
        .col(time_null("closed_at"))
        .col(number("lines"))
        .col(number("open"))
        .unique("name")
        .index_where("org, name", "org IS NOT NULL")
        .index_where("due_at", "closed_at IS NULL")
}

fn reviewers() -> NewTable {
    table("access_review_reviewers")
        .col(uuid("review_id"))
        .col(uuid("user_id"))
        .col(time_null("reminded_at"))
        .key(&["review_id", "user_id"])
        .belongs_to("review_id", "access_reviews", "id")
        .belongs_to("user_id", "users", "id")
        .index("user_id")
}

/// A line has no reference to its assignment and its user: it is kept when they are deleted.
fn lines() -> NewTable {
    table("access_review_lines")
        .col(uuid_key("id"))
        .col(uuid("review_id"))
        .col(number("number"))
        .col(uuid("assignment_id"))
        .col(text("given_to"))
        .col(text("holder_kind"))
        .col(text("holder"))
        .col(text("holder_name"))
        .col(text("role"))
        .col(text_null("org"))
        .col(text_null("group_path"))
        .col(text_null("member_of"))
        .col(time("granted_at"))
        .col(text_null("assigned_by"))
        .col(text_null("assigner_name"))
        .col(time_null("expires_at"))
        .col(time_null("last_login"))
        .col(text_null("decision"))
        .col(text_null("outcome"))
        .col(uuid_null("decided_by"))
        .col(text_null("decider_name"))
        .col(time_null("decided_at"))
        .col(text_null("reason"))
        .belongs_to("review_id", "access_reviews", "id")
        .unique("review_id, number")
        .index("review_id, holder, role")
        .index_where("review_id, number", "decision IS NULL")
}
