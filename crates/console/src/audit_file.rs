//! `/admin/audit.csv`: the filtered audit log as a file.

use std::sync::Arc;

use actix_web::HttpResponse;
use actix_web::http::Method;
use actix_web::http::header::{CACHE_CONTROL, CONTENT_DISPOSITION, HeaderValue};
use actix_web::web::{Bytes, ServiceConfig};
use doorward_admin::audit_log::{self, COLUMNS, cells};
use doorward_admin::authority::Authority;
use doorward_admin::operator::{AdminContext, AdminError};
use doorward_domain::model::{AuditId, AuditRecord, SessionId};
use doorward_http::csv_file;
use doorward_http::page::{Page, PageError};
use doorward_services::caller::Caller;
use doorward_services::context::Context;
use doorward_services::error::ServerError;
use doorward_store::repo::audit::AuditFilter;
use doorward_templates::Layout;
use futures_util::stream;

use crate::audit_filter::{self, FILE, HOME};
use crate::console::Console;
use crate::routes;

/// Number of events in memory at once.
const PAGE: u64 = 100;
/// Maximum number of events in a file.
const MAX: u64 = 100_000;

/// Registers the file.
pub(crate) fn configure(config: &mut ServiceConfig) {
    config.service(routes::page(FILE, download));
}

async fn download(page: &Page) -> Result<HttpResponse, PageError> {
    let console = Console::open(page).await?;
    Console::read(console.context().require_global("audit:read"))?;
    // The sign-in leads to the list, where the download is repeated with its filter.
    let console = console.require_own_file(HOME)?;
    let cursor = audit_filter::read(&console)?;
    let query = audit_filter::query(&cursor, console.now())?;
    let filter = audit_log::filter(&console.context(), &query).await;
    let filter = Console::read(filter)?;
    let export = Export {
        context: Arc::clone(&page.context),
        session: console.session(),
        caller: page.caller().clone(),
        layout: console.layout.clone(),
        filter,
        last: None,
        left: MAX,
    };
    let mut response = HttpResponse::Ok();
    let disposition = HeaderValue::from_static("attachment; filename=\"audit.csv\"");
    response
        .content_type("text/csv; charset=utf-8")
        .insert_header((CONTENT_DISPOSITION, disposition))
        .insert_header((CACHE_CONTROL, "no-store"));
    if page.request.method() == Method::HEAD {
        return Ok(response.finish());
    }
    let recorded = audit_log::record_export(&console.context(), &export.filter).await;
    Console::read(recorded)?;
    Ok(response.streaming(stream::try_unfold(export, Export::part)))
}

/// A file that is being sent.
struct Export {
    context: Arc<Context>,
    session: SessionId,
    caller: Caller,
    layout: Layout,
    filter: AuditFilter,
    /// The last event that was sent.
    last: Option<AuditId>,
    /// Number of events that may follow.
    left: u64,
}

impl Export {
    /// Returns the next part of the file, and the rest; `None` at its end.
    async fn part(mut self) -> Result<Option<(Bytes, Self)>, ServerError> {
        if self.left == 0 {
            return Ok(None);
        }
        let limit = PAGE.min(self.left);
        let events = self.events(limit).await?;
        let text = self.text(&events)?;
        let count = events.len() as u64;
        self.left = if count < limit { 0 } else { self.left - count };
        self.last = events.last().map(|event| event.id);
        Ok(Some((Bytes::from(text), self)))
    }

    /// Returns the next events. Without the right to read them, the file ends with an error, so
    /// that it is not taken for a whole one.
    async fn events(&self, limit: u64) -> Result<Vec<AuditRecord>, ServerError> {
        let request_id = &self.caller.request_id;
        let found = self.permitted_events(limit).await;
        match found.map_err(|error| ServerError::Internal(error.to_string())) {
            Ok(Some(events)) => Ok(events),
            Ok(None) => {
                tracing::info!(%request_id, "audit export ended without the right to it");
                Err(ServerError::Internal("not allowed any more".to_owned()))
            }
            Err(error) => {
                tracing::error!(%request_id, fault = %error, "fault");
                Err(error)
            }
        }
    }

    /// Returns the next events; `None` if the administrator has signed out, or may no longer read
    /// them.
    async fn permitted_events(&self, limit: u64) -> Result<Option<Vec<AuditRecord>>, AdminError> {
        let found = Authority::of_session(&self.context.core, self.session, None).await?;
        let Some(authority) = found else {
            return Ok(None);
        };
        let context = AdminContext::of_server(&self.context, authority, self.caller.clone());
        match audit_log::records(&context, &self.filter, self.last, limit).await {
            Err(AdminError::Denied(_)) => Ok(None),
            found => found.map(Some),
        }
    }

    /// Returns the lines of these events, after the names of the columns in the first part.
    fn text(&self, events: &[AuditRecord]) -> Result<Vec<u8>, ServerError> {
        let columns = self.last.is_none().then_some(&COLUMNS[..]);
        let row = |event: &AuditRecord| cells(event, self.layout.moment(&event.at).iso);
        csv_file::lines(columns, events.iter().map(row))
    }
}
