//! Operations of sign-in attempts.

use doorward_services::view;

use super::{AttemptQuery, FoundAttempt, SignInAttemptId, get, list};
use crate::found::FoundPage;
use crate::operation::{Operation, Shown};
use crate::prelude::*;

crate::entries! { LIST: AttemptQuery, SHOW: Show }

crate::targets! {
    {
        /// ID of the attempt.
        id
    } => Show
}

view! {
    /// A sign-in attempt, or a rejected request of a client.
    #[schema(as = SignInAttempt)]
    pub AttemptView((attempt, account): FoundAttempt) {
        /// ID of the attempt.
        id: String = attempt.id.to_string();
        /// Time (RFC 3339).
        at: Time = attempt.at;
        /// Step at which it ended: `password`, `passkey`, `email_code`, `operator_link`, `provider`,
        /// `second_factor`, `first_party`, `consent`, `authorize` or `token`.
        step: &'static str = attempt.step.as_str();
        /// Outcome: `succeeded`, `failed`, `rejected` or `abandoned`.
        outcome: &'static str = attempt.outcome.as_str();
        /// Rule that decided.
        rule: String = attempt.rule;
        /// The rule as a sentence.
        reason: String = attempt.reason;
        /// ID of the user; absent: unknown.
        user?: String = attempt.user_id.map(|id| id.to_string());
        /// User name or e-mail address; absent for callers without `users:read`.
        name?: String = account.map(|user| user.login_identifier().to_owned());
        /// ID of the client; absent: unknown, or an account page.
        client_id?: String = attempt.client_id;
        /// ID of the request.
        request_id?: String = attempt.request_id;
        /// Network of the request: an IPv4 address or an IPv6 /64.
        address?: String = attempt.address;
        /// Further details, such as the expected and the received value.
        #[schema(value_type = Object)]
        detail: Map<String, Value> = attempt.detail;
    }
}

impl Operation for AttemptQuery {
    const TITLE: &'static str =
        "List sign-in attempts and rejected requests of the last 30 days, the newest first";
    const TEXT: &'static str = "Attempts are listed a few seconds after they end.";
    const CALL: &'static str = "GET attempts paged";
    const COMMAND: &'static str =
        "attempt list --about --client=client_id --outcome --since --until";
    const TABLE: &'static str = "id at outcome rule name client_id";
    const LIMIT: u64 = 20;
    type Done = FoundPage<AttemptView>;

    async fn run(self, context: &AdminContext<'_>) -> Result<Self::Done> {
        let page = &context.page;
        let before = page.after_id(SignInAttemptId::parse)?;
        let found = list(context, &self, before, page.limit + 1).await?;
        let page = FoundPage::cut_rows(found, page.limit, |(attempt, _)| attempt.id.to_string());
        Ok(page.map(AttemptView::new))
    }
}

impl Operation for Show {
    const TITLE: &'static str = "Show a sign-in attempt with its reason and details";
    const CALL: &'static str = "GET attempts/{id}";
    const COMMAND: &'static str = "attempt show ID";
    type Done = Shown<AttemptView>;

    async fn run(self, context: &AdminContext<'_>) -> Result<Self::Done> {
        let found = get(context, &self.id).await?;
        Ok(Shown::unversioned(found.into()))
    }
}
