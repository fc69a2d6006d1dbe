//! Names that nearly every page of the console uses: the request and its end, the administrator, the
//! parts of a page.

pub use actix_web::HttpResponse;
pub use actix_web::http::StatusCode;
pub use actix_web::web::{Payload, ServiceConfig};
pub use doorward_admin::found::FoundPage;
pub use doorward_admin::operator::{AdminContext, AdminError, version};
pub use doorward_domain::time::UnixSeconds;
pub use doorward_protocol::params::Params;
pub use doorward_templates::ErrorKind;
pub use doorward_templates::console::{
    Confirmation, Detail, EntryField, EntryForm, Fact, FieldKind, Link, List, Notice, Pager,
    Search, Section, State, Table, Tone, Value,
};
pub use doorward_web::page::{Page, PageError};
pub use doorward_web::page_support::text;

pub use crate::console::{Access, Console};
pub use crate::cursor::Cursor;
pub use crate::filter_bar::Filter;
pub use crate::form::{Field, FieldError, Form};
pub use crate::list::Column;
pub use crate::list_file::FileList;
pub use crate::question::{Messages, Question};
pub use crate::routes::parameter;
pub use crate::selection::{ChosenList, Found, ObjectState, Selection};
pub use crate::visit::{Handled, Stop, Visit};
pub use crate::{
    affected, also_as, filter_bar, form, list, list_file, once, reason, routes, selection,
};
