//! Operations of the notice and of read-only mode.

use std::collections::BTreeMap;

use doorward_admin::json_member::{optional, required};
use doorward_admin::operation::{Operation, Shown};
use doorward_admin::prelude::*;
use doorward_domain::model::{Notice, Period};
use doorward_services::view;

use crate::use_cases::{self, NewNotice, end_read_only, remove_notice, set_notice, set_read_only};

doorward_admin::entries! {
    SET: Set, SHOW: Show, REMOVE: Remove, SET_READ_ONLY: SetReadOnly, SHOW_READ_ONLY: ShowReadOnly,
    END_READ_ONLY: EndReadOnly,
}

doorward_admin::targets! {
    {} => Show, Remove, ShowReadOnly, EndReadOnly
}

/// Returns the state of a period in a word.
const fn state(period: Period, now: UnixSeconds) -> &'static str {
    if period.contains(now) {
        "active"
    } else if now < period.from {
        "announced"
    } else {
        "ended"
    }
}

view! {
    /// The notice on all pages.
    #[schema(as = Notice)]
    pub NoticeView(notice: Notice, now: UnixSeconds) {
        /// Text in every language without a translation.
        text: String = notice.text;
        /// Texts by the code of their language.
        languages: BTreeMap<String, String> = notice.translations;
        /// Time from which pages show it (RFC 3339).
        from: Time = notice.period.from;
        /// Time until which pages show it (RFC 3339).
        until: Time = notice.period.until;
        /// `announced`, `active` or `ended`.
        state: &'static str = state(notice.period, now);
    }
}

view! {
    /// The period in which the server rejects changes.
    #[schema(as = ReadOnlyPeriod)]
    pub ReadOnlyView(period: Period, now: UnixSeconds) {
        /// Time from which changes are rejected (RFC 3339).
        from: Time = period.from;
        /// Time from which changes are possible again (RFC 3339).
        until: Time = period.until;
        /// `announced`, `active` or `ended`.
        state: &'static str = state(period, now);
    }
}

/// A notice to show on all pages.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewNotice)]
pub struct Set {
    /// Text: one line of 1 to 300 characters.
    text: String,
    /// Time from which pages show it (RFC 3339); default: now.
    #[serde(default, deserialize_with = "optional")]
    #[schema(value_type = Option<String>, format = DateTime)]
    from: Option<UnixSeconds>,
    /// Time until which pages show it (RFC 3339).
    #[serde(deserialize_with = "required")]
    #[schema(value_type = String, format = DateTime)]
    until: UnixSeconds,
    /// Texts in other languages by their code, such as `de`.
    languages: Option<BTreeMap<String, String>>,
}

impl Operation for Set {
    const TITLE: &'static str = "Set the notice on all pages";
    const TEXT: &'static str = "It replaces a former notice. Each page shows it in the language of the user, if it has a text for it.";
    const CALL: &'static str = "PUT notice reason";
    const COMMAND: &'static str = "notice set TEXT --from --until --language=languages";
    const DONE: &'static str = "The notice is shown from {from} until {until}.";
    type Done = Shown<NoticeView>;

    async fn run(self, context: &AdminContext<'_>) -> Result<Self::Done> {
        let new = NewNotice {
            text: self.text,
            translations: self.languages.unwrap_or_default(),
            from: self.from,
            until: self.until,
        };
        let notice = set_notice(context, new).await?;
        Ok(Shown::unversioned(NoticeView::new(notice, context.now())))
    }
}

impl Operation for Show {
    const TITLE: &'static str = "Show the notice on all pages";
    const CALL: &'static str = "GET notice";
    const COMMAND: &'static str = "notice show";
    type Done = Shown<NoticeView>;

    async fn run(self, context: &AdminContext<'_>) -> Result<Self::Done> {
        let notice = use_cases::state(context).await?.notice;
        let notice = notice.ok_or_else(|| AdminError::not_found("notice", "all pages"))?;
        Ok(Shown::unversioned(NoticeView::new(notice, context.now())))
    }
}

impl Operation for Remove {
    const TITLE: &'static str = "Remove the notice from all pages";
    const CALL: &'static str = "DELETE notice reason";
    const COMMAND: &'static str = "notice remove";
    const DONE: &'static str = "The notice is removed.";
    type Done = ();

    async fn run(self, context: &AdminContext<'_>) -> Result<()> {
        remove_notice(context).await
    }
}

/// A period in which the server rejects changes.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewReadOnlyPeriod)]
pub struct SetReadOnly {
    /// Time from which changes are rejected (RFC 3339); default: now.
    #[serde(default, deserialize_with = "optional")]
    #[schema(value_type = Option<String>, format = DateTime)]
    from: Option<UnixSeconds>,
    /// Time from which changes are possible again (RFC 3339): at most 7 days after the start.
    #[serde(deserialize_with = "required")]
    #[schema(value_type = String, format = DateTime)]
    until: UnixSeconds,
}

impl Operation for SetReadOnly {
    const TITLE: &'static str = "Reject changes for a period";
    const TEXT: &'static str = "It replaces a former period. Requests for changes get 503 with `Retry-After`; sign-ins, \
         sessions, tokens and reads go on, and so do commands. A server that did not set it follows within seconds.";
    const CALL: &'static str = "PUT read-only reason";
    const COMMAND: &'static str = "read-only set --from --until";
    const DONE: &'static str = "Changes are rejected from {from} until {until}.";
    type Done = Shown<ReadOnlyView>;

    async fn run(self, context: &AdminContext<'_>) -> Result<Self::Done> {
        let period = set_read_only(context, self.from, self.until).await?;
        Ok(Shown::unversioned(ReadOnlyView::new(period, context.now())))
    }
}

impl Operation for ShowReadOnly {
    const TITLE: &'static str = "Show the period in which changes are rejected";
    const CALL: &'static str = "GET read-only";
    const COMMAND: &'static str = "read-only show";
    type Done = Shown<ReadOnlyView>;

    async fn run(self, context: &AdminContext<'_>) -> Result<Self::Done> {
        let period = use_cases::state(context).await?.read_only;
        let period = period.ok_or_else(|| AdminError::not_found("period", "read-only"))?;
        Ok(Shown::unversioned(ReadOnlyView::new(period, context.now())))
    }
}

impl Operation for EndReadOnly {
    const TITLE: &'static str = "End the period in which changes are rejected";
    const CALL: &'static str = "DELETE read-only reason";
    const COMMAND: &'static str = "read-only end";
    const DONE: &'static str = "Changes are possible again.";
    type Done = ();

    async fn run(self, context: &AdminContext<'_>) -> Result<()> {
        end_read_only(context).await
    }
}
