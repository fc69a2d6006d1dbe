//! Access reviews: reviewers confirm or revoke role assignments until a deadline (decision 118).

// A request is a deep nesting of futures, whose layouts a release build computes recursively.
#![recursion_limit = "256"]

mod console;
pub mod create;
pub mod deadline;
pub mod decision;
mod fill;
mod last_tokens;
mod mail;
mod operations;
mod page;
pub mod read;
mod reviewer;
pub mod reviewers;
pub mod rule;
mod scope;

use doorward_admin::operation::Boxed;
use doorward_admin::responsibilities::ResponsibilityKind;
use doorward_console_ui::console::Access;
use doorward_console_ui::feature::{Check, Feature, FeaturePlace, Finding, Step};
use doorward_console_ui::forms;
use doorward_console_ui::routes::Routes;
use doorward_i18n::feature_texts;
use doorward_i18n::feature_texts::FeatureTexts;
use doorward_services::account_notes::AccountNote;
use doorward_store::repo::access_reviews;
use doorward_templates::console::{Section, icons};

use doorward_admin::prelude::*;

pub static FEATURE: Feature = Feature {
    name: "access-reviews",
    commands: &[(
        "review",
        "Manage access reviews: decisions of reviewers about role assignments, until a deadline",
    )],
    operations: operations::ALL,
    routes: |config| {
        page::configure(config);
        console::configure(&mut Routes(config));
    },
    places: &[FeaturePlace {
        after: Section::Roles,
        path: console::PATH,
        text: "reviews-title",
        icon: icons::CLIPBOARD,
        access: Access::Scoped("users:read"),
    }],
    forms: forms! {
        "/admin/reviews/new" => operations::CREATE,
            "name role={scope_id}[scope=role] organization={scope_id}[scope=organization] \
             group={scope_id}[scope=group] permission={scope_id}[scope=permission] members_of? reviewers| \
             until={expires} revoke_open=true[revoke_open=yes]";
        "/admin/reviews/{id}/reviewers" => operations::UPDATE, "reviewers|";
        "/admin/reviews/{id}/close" => operations::CLOSE, "revoke_open=true[revoke_open=yes]";
    },
    texts: Some(&TEXTS),
    mails: &[mail::MAIL],
    notes: &[AccountNote {
        id: "reviews",
        path: page::PATH,
        title: "reviews-title",
        text: "reviews-text",
        button: "reviews-decide",
        waiting: access_reviews::select_before_deadline,
    }],
    responsibilities: &[ResponsibilityKind {
        word: "access_review",
        title: "reviews-title",
        page: "/admin/reviews/{id}",
        command: "doorward review update {id} --reviewer {to}",
        list: only_of,
    }],
    steps: &[Step {
        name: "access reviews",
        run: |context| Box::pin(deadline::run_due(context)),
    }],
    checks: &[Check {
        part: "access reviews",
        run: |context| Box::pin(check(context)),
    }],
    ..Feature::NONE
};

static TEXTS: FeatureTexts = feature_texts!("access-reviews");

fn only_of<'a>(
    context: &'a AdminContext<'_>,
    user: UserId,
) -> Boxed<'a, Result<Vec<(String, String)>>> {
    Box::pin(async move {
        let found = reviewers::only_of(context, user).await?.into_iter();
        Ok(found
            .map(|review| (review.id.to_string(), review.name))
            .collect())
    })
}

/// Checks that each running review has a reviewer who can decide.
async fn check(context: &AdminContext<'_>) -> Result<Finding> {
    let orphaned = reviewers::without_reviewer(context).await?.into_iter();
    let names: Vec<String> = orphaned.map(|review| review.name).collect();
    Ok(finding(&names))
}

fn finding(orphaned: &[String]) -> Finding {
    if orphaned.is_empty() {
        return Finding::Good("each running review has a reviewer who can decide");
    }
    Finding::Warning {
        seen: format!("no reviewer can decide: {}", orphaned.join(", ")),
        remedy: "name others: `doorward review update REVIEW --reviewer USER`; nothing is revoked at the \
                 deadline without one",
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case(&[], true)]
    #[case(&["Q4", "Editors"], false)]
    fn review_without_reviewer_is_warning(#[case] names: &[&str], #[case] is_good: bool) {
        let names: Vec<String> = names.iter().map(ToString::to_string).collect();
        match finding(&names) {
            Finding::Good(_) => assert!(is_good),
            Finding::Warning { seen, .. } => {
                assert!(!is_good && names.iter().all(|name| seen.contains(name)));
            }
        }
    }
}
