//! `/account/organizations`: the user's memberships in organizations, and leaving one.

use doorward_accounts::membership::{self, LeaveError};
use doorward_templates::memberships::{
    LeaveOrganization, MembershipRole, MembershipRow, Memberships,
};

use super::prelude::*;

pub(super) const PATH: &str = "/account/organizations";

pub(super) async fn show(page: &Page) -> Answer {
    let signed_in = page.account_holder(PATH).await?;
    let found = membership::list(&page.context.core, &signed_in).await?;
    let rows = found.into_iter().map(|one| MembershipRow {
        slug: one.slug,
        name: one.name,
        is_owner: one.is_owner,
        since: one.since,
        roles: roles(one.roles),
    });
    let view = Memberships {
        layout: page.layout(),
        rows: rows.collect(),
        has_left: text(&page.query()?, "done")? == "left",
        now: page.context.core.now(),
    };
    Ok(page.html(StatusCode::OK, &view))
}

fn roles(assigned: Vec<(String, Option<i64>)>) -> Vec<MembershipRole> {
    let roles = assigned.into_iter();
    roles
        .map(|(name, until)| MembershipRole { name, until })
        .collect()
}

pub(super) async fn confirm(page: &Page) -> Answer {
    let signed_in = page.account_holder(PATH).await?;
    let params = page.query()?;
    let view = view(page, &signed_in, text(&params, "org")?).await?;
    Ok(page.html(StatusCode::OK, &view))
}

async fn view(page: &Page, signed_in: &SignedIn, slug: &str) -> Result<LeaveOrganization> {
    let found = membership::find(&page.context.core, signed_in, slug).await?;
    let organization = found.ok_or(ErrorKind::NotFound)?;
    Ok(LeaveOrganization {
        layout: page.layout(),
        slug: organization.slug,
        name: organization.name,
        is_last_owner: false,
    })
}

pub(super) async fn leave(page: &Page, payload: Payload) -> Answer {
    let fields = page.form(payload).await?;
    let signed_in = page.account_holder(PATH).await?;
    let slug = text(&fields, "org")?;
    let done = membership::leave(&page.context.core, &signed_in, slug, page.caller()).await;
    match done {
        Ok(()) => Ok(page.see_other("/account/organizations?done=left")),
        Err(FlowError::Rejected(LeaveError::NotMember)) => Err(ErrorKind::NotFound.into()),
        Err(FlowError::Rejected(LeaveError::LastOwner)) => {
            let mut view = view(page, &signed_in, slug).await?;
            view.is_last_owner = true;
            // The path of the form itself needs a parameter.
            PATH.clone_into(&mut view.layout.return_to);
            Ok(page.html(StatusCode::CONFLICT, &view))
        }
        Err(FlowError::Server(error)) => Err(error.into()),
    }
}
