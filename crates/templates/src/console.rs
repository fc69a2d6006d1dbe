//! Pages of the administration console (`/admin`). A few templates show every section: a list, the
//! details of an object, a form, a confirmation, and a new secret.

mod change_samples;
mod confirmation;
mod detail;
mod form;
mod list;
mod parts;
mod samples;
mod secret;

pub use self::confirmation::{Confirmation, TypedName};
pub use self::detail::{Detail, QueryForm};
pub use self::form::{AlsoAs, Choice, CopyText, EntryField, EntryForm, FieldKind};
pub use self::list::{List, Search};
pub use self::parts::{Fact, Frame, Link, Notice, Pager, Section, State, Table, Tone, Value};
pub use self::secret::{ConfigurationPart, NewSecret};
