//! Operations of grants.

use doorward_store::repo::grant_ends::GrantFilter;

use super::end_all;
use crate::clients::get_named;
use crate::json_member::optional;
use crate::operation::{Operation, Shown};
use crate::prelude::*;
use crate::users::optional_id;

crate::entries! { END_ALL: EndAll }

/// The grants to end: those that meet all conditions.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = GrantsToEnd)]
pub struct EndAll {
    /// User: user name, e-mail address or ID.
    user: Option<String>,
    /// ID of the client.
    client_id: Option<String>,
    /// End of the time in which the grants were given (RFC 3339).
    #[serde(default, deserialize_with = "optional")]
    #[schema(value_type = Option<String>, format = DateTime)]
    issued_before: Option<UnixSeconds>,
    /// True for all grants of the deployment, without another condition.
    #[serde(default)]
    all: bool,
}

/// Number of ended grants.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
#[schema(as = EndedGrants)]
pub struct Ended {
    /// Number of grants that were ended.
    ended: u64,
}

impl Operation for EndAll {
    const TITLE: &'static str =
        "End the grants that meet all conditions, with their refresh tokens";
    const TEXT: &'static str = "Sessions remain, so that clients can request access again; `session end-all` ends both. \
         Signed access tokens end after their lifetime, and at once for resource servers that introspect \
         them. Requires the role `admin`.";
    const CALL: &'static str = "POST grants/end reason";
    const COMMAND: &'static str = "grant end-all --user --client=client_id --issued-before --all";
    const DONE: &'static str = "Ended grants: {ended}.";
    type Done = Shown<Ended>;

    async fn run(self, context: &AdminContext<'_>) -> Result<Self::Done> {
        context.must_administer()?;
        let mut filter = GrantFilter {
            user: optional_id(context, self.user.as_deref()).await?,
            before: self.issued_before,
            ..GrantFilter::default()
        };
        if let Some(client) = &self.client_id {
            filter.client = Some(get_named(context, client).await?.id);
        }
        if self.all != (filter == GrantFilter::default()) {
            let problem = "name a user, a client or a time, or only this";
            return Err(AdminError::choice("all", problem));
        }
        let ended = end_all(context, &filter).await?;
        Ok(Shown::unversioned(Ended { ended }))
    }
}
