//! Access reviews of a reviewer (`/account/reviews`), and the lines of one.

use doorward_protocol::words;
use doorward_templates::account_frame::{AccountPage, AccountPlace, AccountSection};
use doorward_templates::layout::{ErrorSummaryItem, summarize};
use doorward_templates::{Layout, Template};

#[derive(Clone, Debug)]
pub struct ReviewRow {
    pub id: String,
    pub name: String,
    pub due_at: i64,
    /// Number of lines without a decision, those of the reviewer among them.
    pub open: u64,
}

/// `GET /account/reviews`.
#[derive(Clone, Debug, Template)]
#[template(path = "pages/reviews.html")]
pub struct Reviews {
    pub layout: Layout,
    pub rows: Vec<ReviewRow>,
}

impl Reviews {
    fn open_text(&self, row: &ReviewRow) -> String {
        self.layout.t_count("reviews-open", row.open)
    }
}

impl AccountPage for Reviews {
    const PLACE: Option<AccountPlace> = Some(AccountPlace::below(AccountSection::Home).wide());
}

/// The last sign-in of the holder of a role.
#[derive(Clone, Copy, Debug)]
pub enum LastLogin {
    At(i64),
    Never,
    /// A client does not sign in.
    OfClient,
}

#[derive(Clone, Debug)]
pub struct ReviewLineRow {
    pub number: u64,
    pub holder: String,
    pub role: String,
    pub org: Option<String>,
    /// Path of the group by which the user has the role.
    pub group: Option<String>,
    pub since: i64,
    pub assigner: Option<String>,
    pub last_login: LastLogin,
    /// Time of the last token that may contain the role.
    pub last_token: Option<i64>,
}

words! {
    /// A notice after decisions.
    pub enum ReviewNotice {
        Done = "reviews-done",
        /// Some revoked roles were not removed.
        Left = "reviews-left",
    }
}

/// `GET|POST /account/reviews/lines`: the lines to decide. Fields: `csrf`, `review`, `after`, `line` (several),
/// `reason`, `decision` of the pressed button.
#[derive(Clone, Debug, Template)]
#[template(path = "pages/review_lines.html")]
pub struct ReviewLines {
    pub layout: Layout,
    pub review: ReviewRow,
    pub rows: Vec<ReviewLineRow>,
    /// The number after which the rows begin; empty for the first page.
    pub after: String,
    pub next: Option<u64>,
    pub reason: String,
    pub notice: Option<ReviewNotice>,
    /// True if no line was chosen.
    pub is_unchosen: bool,
    /// True if the reason is too long.
    pub is_reason_invalid: bool,
}

impl ReviewLines {
    fn problems(&self) -> Vec<ErrorSummaryItem> {
        let unchosen = self.is_unchosen;
        summarize([
            (
                "",
                unchosen.then(|| self.layout.t("console-chosen-nothing")),
            ),
            ("reason", self.reason_error()),
        ])
    }

    fn reason_error(&self) -> Option<String> {
        self.is_reason_invalid
            .then(|| self.layout.t("console-reason-invalid"))
    }

    fn notice_text(&self) -> Option<String> {
        self.layout.t_of(self.notice.map(ReviewNotice::as_str))
    }
}

impl AccountPage for ReviewLines {
    const PLACE: Option<AccountPlace> = Some(AccountPlace::below(AccountSection::Home).wide());
}

#[cfg(test)]
mod tests;
