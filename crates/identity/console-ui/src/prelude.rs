//! Names that nearly every page of the console uses: the request and its end, the administrator, the
//! parts of a page.

pub use actix_web::HttpResponse;
pub use actix_web::http::StatusCode;
pub use doorward_admin::found::FoundPage;
pub use doorward_admin::operator::{AdminContext, AdminError, version};
pub use doorward_domain::model::{
    AuditKind, Client, ClientId, Organization, Provider, User, UserId,
};
pub use doorward_domain::time::UnixSeconds;
pub use doorward_protocol::params::Params;
pub use doorward_templates::ErrorKind;
pub use doorward_templates::console::{
    Confirmation, Detail, EntryField, EntryForm, Fact, FieldKind, Link, List, Notice, Pager,
    Search, Section, State, Table, Tone, Value,
};
pub use doorward_web::page_support::text;
pub use serde_json::{Map, json};

pub use crate::also_as::{Change, STEP};
pub use crate::console::{Access, Console};
pub use crate::cursor::{Cursor, LIMIT, ROWS};
pub use crate::filter_bar::Filter;
pub use crate::form::{Field, FieldError, Form, entry, select};
pub use crate::list::{Column, Sorting};
pub use crate::list_file::{FileList, Rows};
pub use crate::names::Names;
pub use crate::object::{word, words};
pub use crate::once::{Created, NOTICES};
pub use crate::question::{Messages, Question};
pub use crate::routes::{
    ACCESS, API_ACCESS, APPS, AUDIT, BRANDING, GRANTS, GROUPS, ORGANIZATIONS, PEOPLE, PROVIDERS,
    REGISTRATION_TOKENS, ROLES, SESSIONS, SIGN_INS, UNUSED, app, encode, filtered, parameter,
};
pub use crate::selection::{ChosenList, Found, FoundObjects, ObjectState, Selection};
pub use crate::settings::{self, Draft, Setting};
pub use crate::stop::{Answer, Stop};
pub use crate::switch::Switch;
pub use crate::visit::Visit;
pub use crate::{
    affected, also_as, assignment_end, feature, filter_bar, form, list, list_file, moment, names,
    once, picker, reason, routes, selection,
};
