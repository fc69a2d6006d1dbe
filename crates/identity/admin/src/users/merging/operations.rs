//! Operation of the merge of two users.

use doorward_domain::derived_keys::TotpKey;
use doorward_services::context::Context;
use doorward_services::view;

use super::{Merge, MergedKind, MergedPart, Merging, run};
use crate::deployment::Part;
use crate::offboarding::operations::{Departure, OffboardingView, moved};
use crate::operation::{Operation, Shown};
use crate::prelude::*;
use crate::users::named;

crate::entries! { MERGE: MergeUsers }

/// Two accounts of the same user.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MergeUsers {
    /// User who is merged and disabled: user name, e-mail address or ID.
    from: String,
    /// User who remains: user name, e-mail address or ID.
    into: String,
    /// True: nothing changes, and the result has what would be done.
    #[serde(default)]
    dry_run: bool,
    /// False: the merged user gets no mail that the account is disabled.
    notify: Option<bool>,
}

view! {
    /// A part of a merged user.
    pub MergedPartView(part: &MergedPart, merging: Merging<'_>) {
        /// `client`, `linked_accounts`, `passkeys`, `authenticator_app`, `organization`, `group`, `role` or
        /// `address`.
        kind: &'static str = part.kind.as_str();
        /// Name, or number.
        name: String = part.name.clone();
        /// Organization (slug) of a group or a role.
        organization?: String = part.org.clone();
        /// `moved`, or `moves` in a dry run; or the problem.
        result: String = part.problem.clone().unwrap_or_else(|| moved(merging.is_dry).to_owned());
        /// Step of the operator for a part that did not move.
        to_do?: String = to_do(part, merging);
    }
}

view! {
    /// The result of a merge.
    pub MergeView(done: Merge, merging: Merging<'_>, departure: &Departure<'_>) {
        /// ID of the merged user.
        from: String = merging.from.id.to_string();
        /// ID of the user who remains.
        into: String = merging.into.id.to_string();
        /// True if nothing was changed.
        dry_run: bool = merging.is_dry;
        /// Parts of the merged user.
        parts: Vec<MergedPartView> = {
            let parts = done.parts.iter();
            parts.map(|part| MergedPartView::new(part, merging)).collect()
        };
        /// Departure of the merged user.
        departure: OffboardingView = OffboardingView::new(done.departure, departure);
    }
}

fn totp_key<'a>(context: &AdminContext<'a>) -> Result<Part<'a, TotpKey>> {
    let of_server = |server: &'a Context| &server.accounts.totp_key;
    Ok(context.deployment.part(of_server, TotpKey::derive)?)
}

/// Returns what the operator does about a part that did not move.
fn to_do(part: &MergedPart, merging: Merging<'_>) -> Option<String> {
    part.problem.as_ref()?;
    let (from, into) = (
        merging.from.login_identifier(),
        merging.into.login_identifier(),
    );
    let name = &part.name;
    Some(match part.kind {
        MergedKind::Organization => format!("doorward org add-member --user {into} {name}"),
        MergedKind::Group => {
            let org = part.org.as_ref().map(|org| format!(" --org {org}"));
            let org = org.unwrap_or_default();
            format!("doorward group add-member --user {into}{org} {name}")
        }
        MergedKind::Address => format!(
            "doorward user delete {from}, then doorward user update {into} --email {name} --verified"
        ),
        MergedKind::Client => "merge the two accounts in the client".to_owned(),
        MergedKind::App => format!("doorward user reset-mfa {into}, then repeat"),
        MergedKind::LinkedAccounts | MergedKind::Passkeys | MergedKind::Role => return None,
    })
}

/// Returns the number of parts that a second run may move.
fn failures(done: &Merge) -> usize {
    let parts = done.parts.iter().filter(|part| {
        let may_move = matches!(part.kind, MergedKind::Organization | MergedKind::Group);
        may_move && part.problem.is_some()
    });
    parts.count() + done.departure.failures()
}

impl Operation for MergeUsers {
    const TITLE: &'static str =
        "Move what belongs to a user to another account of the same user, and disable the first";
    const TEXT: &'static str = "Linked accounts, passkeys, memberships, roles, ownerships, consents and grants with \
         offline_access move; the authenticator app moves if the other account has none, without recovery codes. \
         Clients that knew the first account go on receiving its subject. Sessions and other grants of the first \
         account end. A second run continues.";
    const CALL: &'static str = "- - reason";
    const COMMAND: &'static str = "user merge FROM INTO --dry-run --notify";
    const TABLE: &'static str = "kind name result to_do";
    type Done = Shown<MergeView>;

    async fn run(self, context: &AdminContext<'_>) -> Result<Self::Done> {
        let from = named(context, &self.from).await?;
        let into = named(context, &self.into).await?;
        let totp_key = totp_key(context)?;
        let merging = Merging {
            from: &from,
            into: &into,
            totp_key: &totp_key,
            notify: self.notify.unwrap_or(true),
            is_dry: self.dry_run,
        };
        let done = Box::pin(run(context, merging)).await?;
        let departure = Departure {
            user: &from,
            successor: Some(&into),
            is_dry_run: self.dry_run,
        };
        let (note, failures) = (departure.sentence(&done.departure), failures(&done));
        let failure = || format!("not moved: {failures}; repeat the command afterwards");
        let shown = Shown::unversioned(MergeView::new(done, merging, &departure));
        Ok(shown
            .with_note(Some(note))
            .with_failure((failures > 0).then(failure)))
    }
}
