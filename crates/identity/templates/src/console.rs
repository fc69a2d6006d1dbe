//! Pages of the administration console (`/admin`). A few templates show every section: a list, the
//! details of an object, a form, a confirmation, and a new secret.

mod audit_text;
mod confirmation;
mod detail;
mod entry_form;
mod form;
mod guide;
mod home;
mod list;
mod parts;
mod place;
mod secret;
mod section_place;

pub use self::audit_text::{audit_change, audit_kind};
pub use self::confirmation::{Confirmation, TypedName};
pub use self::detail::{Detail, QueryForm};
pub use self::entry_form::EntryForm;
pub use self::form::{
    AlsoAs, Choice, CopyText, Elsewhere, EntryField, FieldKind, kind_field, list_of,
};
pub use self::guide::{Document, Guide, MarkdownBlock, plain_text};
pub use self::home::{Attention, DayChart, Figure, Home, HomePart};
pub use self::list::{BulkForm, List, Search};
pub use self::parts::{
    Checkbox, Fact, Frame, Link, Notice, Pager, Section, State, Table, Tone, UserLink, Value,
};
pub use self::place::{Place, icons};
pub use self::secret::{ConfigurationPart, NewSecret};
