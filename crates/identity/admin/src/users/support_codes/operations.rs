//! Operation of support codes.

use doorward_domain::secret::Secret;
use doorward_services::view;

use super::open;
use crate::operation::{Operation, Shown};
use crate::prelude::*;

crate::entries! { USE: Use }

view! {
    /// The user of a support code.
    pub SupportCodeView(id: UserId) {
        /// ID of the user.
        user: String = id.to_string();
    }
}

/// A support code.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = SupportCodeBody)]
pub struct Use {
    /// The code as typed; case, spaces and hyphens are ignored.
    #[schema(value_type = String)]
    code: Secret<String>,
}

impl Operation for Use {
    const TITLE: &'static str = "Use a support code";
    const TEXT: &'static str = "Returns the user who made the code, and ends the code. It grants \
                                nothing: the user must be one that you can read.";
    const CALL: &'static str = "POST support-codes";
    const COMMAND: &'static str = "support-code use CODE";
    type Done = Shown<SupportCodeView>;

    async fn run(self, context: &AdminContext<'_>) -> Result<Self::Done> {
        let user = open(context, self.code.expose()).await?;
        Ok(Shown::unversioned(user.into()))
    }
}
