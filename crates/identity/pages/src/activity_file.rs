//! `/account/activity.csv`: the filtered activity of the user as a file.

use std::sync::Arc;

use actix_web::http::header::{CACHE_CONTROL, CONTENT_DISPOSITION, HeaderValue};
use actix_web::web::Bytes;
use doorward_accounts::activity;
use doorward_domain::model::{AuditEvent, AuditId};
use doorward_services::context::Context;
use doorward_store::repo::audit::AuditFilter;
use doorward_templates::Layout;
use doorward_templates::activity::ActivityRow;
use doorward_web::csv_file;
use doorward_web::request::method::is_head;
use futures_util::stream;

use super::activity::requested;
use super::prelude::*;

/// Number of events in memory at once.
const PAGE: u64 = 100;

const COLUMNS: [&str; 10] = [
    "id",
    "at",
    "kind",
    "event",
    "success",
    "by_administrator",
    "client_id",
    "ip",
    "user_agent",
    "reason",
];

pub(super) async fn download(page: &Page) -> Answer {
    // The sign-in leads to the page, where the download is repeated with its filter.
    let path = "/account/activity";
    let (signed_in, factors) = page.account_holder_with_factors(path).await?;
    if !factors.is_fresh(&page.context, &signed_in) {
        return Err(PageError::Redirect(format!("/login?next={path}")));
    }
    let file = File {
        context: Arc::clone(&page.context),
        layout: page.layout(),
        user: signed_in.user.id.to_string(),
        filter: requested(page, &page.query()?, &signed_in)?.filter,
        last: None,
        is_done: false,
    };
    let mut response = HttpResponse::Ok();
    let disposition = HeaderValue::from_static("attachment; filename=\"activity.csv\"");
    response
        .content_type("text/csv; charset=utf-8")
        .insert_header((CONTENT_DISPOSITION, disposition))
        .insert_header((CACHE_CONTROL, "no-store"));
    if is_head(&page.request) {
        return Ok(response.finish());
    }
    Ok(response.streaming(stream::try_unfold(file, File::part)))
}

struct File {
    context: Arc<Context>,
    layout: Layout,
    user: String,
    filter: AuditFilter,
    /// The last event that was sent.
    last: Option<AuditId>,
    is_done: bool,
}

impl File {
    /// Returns the next part of the file, and the rest; `None` at its end.
    async fn part(mut self) -> Result<Option<(Bytes, Self)>, ServerError> {
        if self.is_done {
            return Ok(None);
        }
        let events = activity::list(&self.context.core, &self.filter, self.last, PAGE).await;
        let events = events.inspect_err(|error| {
            tracing::error!(request_id = %self.layout.request_id, fault = %error, "fault");
        })?;
        let text = self.text(&events)?;
        self.is_done = (events.len() as u64) < PAGE;
        self.last = events.last().map(|event| event.id);
        Ok(Some((Bytes::from(text), self)))
    }

    /// Returns the lines of these events, after the names of the columns in the first part.
    fn text(&self, events: &[AuditEvent]) -> Result<Vec<u8>, ServerError> {
        let columns = self.last.is_none().then_some(&COLUMNS[..]);
        csv_file::lines(columns, events.iter().map(|event| self.cells(event)))
    }

    fn cells(&self, event: &AuditEvent) -> [String; 10] {
        let row = ActivityRow::new(event, &self.user, None);
        [
            row.id.clone(),
            self.layout.moment(&event.at).iso,
            event.kind.as_str().to_owned(),
            row.sentence(&self.layout),
            row.success.to_string(),
            row.is_of_admin().to_string(),
            event.client_id.clone().unwrap_or_default(),
            row.ip.unwrap_or_default(),
            event.user_agent.clone().unwrap_or_default(),
            row.reason.unwrap_or_default(),
        ]
    }
}
