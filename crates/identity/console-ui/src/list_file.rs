//! Lists as CSV and JSON files, which are read and sent in parts.

use std::mem;
use std::sync::Arc;
use std::vec::IntoIter;

use actix_web::HttpResponse;
use actix_web::http::header::{CACHE_CONTROL, CONTENT_DISPOSITION};
use actix_web::web::Bytes;
use doorward_admin::authority::Authority;
use doorward_admin::found::FoundPage;
use doorward_admin::operator::{AdminContext, AdminError};
use doorward_domain::model::SessionId;
use doorward_services::caller::Caller;
use doorward_services::context::Context;
use doorward_services::error::ServerError;
use doorward_templates::Layout;
use doorward_templates::console::Section;
use doorward_web::request::method::is_head;
use futures_util::stream;
use serde_json::Value;

use crate::console::{Access, Console};
use crate::file_text::{FileFormat, FileText};
use crate::list::{self, Column, FileCells};
use crate::routes::Routes;
use crate::stop::{Answer, Stop};

pub const ROWS: u64 = 100;

pub type Rows<R> = Result<FoundPage<R>, AdminError>;

pub trait FileList: Sized + 'static {
    type Row: 'static;

    const SECTION: Section;
    const ACCESS: Access;
    const COLUMNS: &'static [Column<Self::Row>];

    async fn open(console: &Console<'_>) -> Result<Self, Stop>;

    async fn record(&self, _context: &AdminContext<'_>) -> Result<(), AdminError> {
        Ok(())
    }

    /// Returns at most [`ROWS`] rows after a cursor.
    async fn read(&self, context: &AdminContext<'_>, after: Option<&str>) -> Rows<Self::Row>;
}

/// Returns the rows of these objects. The next ones follow after the key of the last object.
pub fn found<R>(items: Vec<R>, key: impl Fn(&R) -> String) -> FoundPage<R> {
    let is_full = items.len() as u64 >= ROWS;
    FoundPage {
        next: items.last().filter(|_| is_full).map(key),
        items,
        count: None,
    }
}

impl Routes<'_> {
    /// Adds the files of a list: their paths are that of the list with `.csv` and `.json`.
    pub fn files<L: FileList>(&mut self, paths: [&str; 2]) -> &mut Self {
        for path in paths {
            self.page_for(path, L::ACCESS, download::<L>);
        }
        self
    }
}

async fn download<L: FileList>(console: &Console<'_>) -> Answer {
    // The sign-in leads to the list, where the download is repeated with its filter.
    console.require_own_file(L::SECTION.path())?;
    let list = L::open(console).await?;
    if !is_head(&console.page.request) {
        list.record(&console.context()).await?;
    }
    Ok(send(console, list))
}

fn send<L: FileList>(console: &Console<'_>, list: L) -> HttpResponse {
    let page = console.page;
    let path = page.request.match_pattern().unwrap_or_default();
    let name = path.rsplit('/').next().unwrap_or_default();
    let (format, kind) = match name.rsplit_once('.') {
        Some((_, "json")) => (FileFormat::Json, "application/json"),
        _ => (FileFormat::Csv, "text/csv; charset=utf-8"),
    };
    let mut response = HttpResponse::Ok();
    response
        .content_type(kind)
        .insert_header((
            CONTENT_DISPOSITION,
            format!("attachment; filename=\"{name}\""),
        ))
        .insert_header((CACHE_CONTROL, "no-store"));
    if is_head(&page.request) {
        return response.finish();
    }
    let export = Export {
        context: Arc::clone(&page.context),
        session: console.session(),
        org: console.org().map(str::to_owned),
        caller: page.caller().clone(),
        layout: console.layout.clone(),
        list,
        format,
        next: Next::First,
        rows: Vec::new().into_iter(),
        text: FileText::new(format, list::names(L::COLUMNS)),
    };
    response.streaming(stream::try_unfold(export, Export::part))
}

/// Rows, and the cursor of the next ones.
type NextRows = (Vec<Vec<Value>>, Option<String>);

enum Next {
    First,
    After(String),
    End,
}

struct Export<L> {
    context: Arc<Context>,
    session: SessionId,
    /// The organization to which the administrator is confined.
    org: Option<String>,
    caller: Caller,
    layout: Layout,
    list: L,
    format: FileFormat,
    next: Next,
    /// Rows that were read, and are not in the text yet.
    rows: IntoIter<Vec<Value>>,
    text: FileText,
}

impl<L: FileList> Export<L> {
    /// Returns the next part of the file, and the rest; `None` at its end.
    async fn part(mut self) -> Result<Option<(Bytes, Self)>, ServerError> {
        if self.text.is_empty() && self.rows.as_slice().is_empty() {
            match mem::replace(&mut self.next, Next::End) {
                Next::First => self.read(None).await?,
                Next::After(cursor) => self.read(Some(&cursor)).await?,
                Next::End => return Ok(None),
            }
        }
        self.write()?;
        Ok(Some((self.text.take(), self)))
    }

    /// Reads the next rows. Without the right to read them, the file ends with an error, so that it
    /// is not taken for a whole one.
    async fn read(&mut self, after: Option<&str>) -> Result<(), ServerError> {
        let request_id = &self.caller.request_id;
        let (rows, next) = match self.permitted(after).await {
            Ok(Some(found)) => found,
            Ok(None) => {
                tracing::info!(%request_id, "export ended without the right to it");
                return Err(ServerError::Internal("not allowed any more".to_owned()));
            }
            Err(error) => {
                tracing::error!(%request_id, fault = %error, "fault");
                return Err(ServerError::Internal(error.to_string()));
            }
        };
        self.rows = rows.into_iter();
        self.next = next.map_or(Next::End, Next::After);
        Ok(())
    }

    /// Returns the next rows and the cursor after them; `None` if the administrator has signed out, or
    /// may no longer read them.
    async fn permitted(&self, after: Option<&str>) -> Result<Option<NextRows>, AdminError> {
        let (core, org) = (&self.context.core, self.org.as_deref());
        let Some(authority) = Authority::of_session(core, self.session, org).await? else {
            return Ok(None);
        };
        let context = AdminContext::of_server(&self.context, authority, self.caller.clone());
        let found = match self.list.read(&context, after).await {
            Err(AdminError::Denied(_)) => return Ok(None),
            found => found?,
        };
        let cells = FileCells {
            context: &context,
            layout: &self.layout,
            is_json: self.format == FileFormat::Json,
        };
        let rows = found.items.iter();
        let rows = rows.map(|row| list::values(L::COLUMNS, &cells, row));
        Ok(Some((rows.collect(), found.next)))
    }

    /// Writes rows until there is text for a part, and the end of the file after its last row.
    fn write(&mut self) -> Result<(), ServerError> {
        while !self.text.is_full()
            && let Some(row) = self.rows.next()
        {
            self.text.push(row)?;
        }
        if self.rows.as_slice().is_empty() && matches!(self.next, Next::End) {
            self.text.end()?;
        }
        Ok(())
    }
}
