//! Operations: each is a type whose members are the body of a call of the admin API and the arguments of
//! a command, so that these cannot differ. The forms of the console show both from the same constants.

mod call;
mod equivalent;
mod member;
mod outcome;
mod usage;

use std::future::Future;
use std::pin::Pin;
use std::sync::OnceLock;

use serde::de::DeserializeOwned;
use utoipa::openapi::{RefOr, Schema};

use crate::prelude::*;

pub use self::call::{Call, encode};
pub use self::member::{Member, MemberKind, OPTION, PICTURE, PICTURE_FILE, find, put};
pub use self::outcome::{Done, Outcome, Shown};
pub use self::usage::Place;
pub use crate::page_request::PageRequest;

pub type Boxed<'a, T> = Pin<Box<dyn Future<Output = T> + 'a>>;

/// An operation. The members of the type are those of its body.
pub trait Operation: DeserializeOwned + ToSchema + 'static {
    /// Summary for the help of the command and the document of the API.
    const TITLE: &'static str;
    /// Further sentences of the document.
    const TEXT: &'static str = "";
    /// Method, path below `/api/admin`, and flags: `PATCH roles/{name} versioned`. The other members are in
    /// the body, or in the query of a call without a body. Flags:
    ///
    /// - `versioned`: the call names the version of the object in `If-Match`;
    /// - `reason`: the change has a reason, which the user sees;
    /// - `once`: the call creates an object, once for each `Idempotency-Key`; needs [`Self::again`];
    /// - `renews`: the call replaces or removes a part of an object, and responds 200 with the object;
    /// - `creates`: the call creates the object if it does not exist, and then responds 201;
    /// - `paged`: the list has pages;
    /// - `picture=PERMISSION`: the body is the file of the member [`PICTURE`], which is read only for callers with
    ///   this permission;
    /// - `queued`: the call enqueues a message or a job, so the response is 202.
    ///
    /// `- -` in place of method and path: only a command runs the operation.
    const CALL: &'static str;
    /// Words of the command, its argument, and members with other names than their options:
    /// `role create ROLE=name --permission=permissions`. The options of the others have their names.
    /// The help lists options as written here, then the others. An empty text removes the value of a
    /// member with `?` (`--code?`). With `*` the program defines the arguments itself: `claim put *`.
    /// A flag with `!` directly after the words chooses the operation in place of the one with the same words
    /// (`client create --saml! NAME=name`). An option of a file and a URL names both members
    /// (`--metadata --metadata=metadata_url`).
    const COMMAND: &'static str;
    /// Sentence of the command after a change, with members in braces; the object itself if empty.
    const DONE: &'static str = "";
    /// Member that is shown only once: the command prints a text alone, and a repeated request has it again.
    const SECRET: &'static str = "";
    /// Members in the columns of a list, or of the items in the lists of an object.
    const TABLE: &'static str = "";
    /// Members by which the command sorts the whole list; in the order of the pages if empty.
    const SORT: &'static str = "";
    /// Number of objects that the command lists without `--limit`; all if 0.
    const LIMIT: u64 = 0;

    type Done: Done;

    fn run(self, context: &AdminContext<'_>) -> impl Future<Output = Result<Self::Done>>;

    /// Returns how a repeated request reads the created object.
    fn again() -> Option<Again> {
        None
    }
}

/// The response of a repeated request: the object that the first request created.
#[derive(Clone, Copy, Debug)]
pub struct Again {
    /// Permission of the creation, which the caller must still have.
    pub permission: &'static str,
    /// Reads the object; the last parameter of its path is the stored ID.
    pub read: &'static Entry,
}

impl Again {
    pub const fn new(permission: &'static str, read: &'static Entry) -> Self {
        Self { permission, read }
    }
}

/// A type of the API document.
pub struct Described {
    pub name: String,
    pub schema: RefOr<Schema>,
    /// Types that the schema refers to.
    pub parts: Vec<(String, RefOr<Schema>)>,
}

fn describe<T: ToSchema>() -> Described {
    let mut parts = Vec::new();
    T::schemas(&mut parts);
    Described {
        name: T::name().into_owned(),
        schema: T::schema(),
        parts,
    }
}

type Run = for<'a, 'b> fn(Value, &'a AdminContext<'b>) -> Boxed<'a, Result<Outcome>>;

/// An operation as a value, for the lists of operations.
#[derive(Debug)]
pub struct Entry {
    pub title: &'static str,
    pub text: &'static str,
    /// Member that is shown only once; empty without one.
    pub secret: &'static str,
    pub table: &'static str,
    pub sort: &'static str,
    pub limit: u64,
    pub is_list: bool,
    pub body: fn() -> Described,
    /// Object of the response, or of an item of the list; `None` without one.
    pub result: Option<fn() -> Described>,
    pub again: fn() -> Option<Again>,
    /// Runs the operation with the members of its body.
    pub run: Run,
    call: &'static str,
    command: &'static str,
    done: &'static str,
    members: OnceLock<Vec<Member>>,
}

/// Returns the entry of an operation, for a `static`: each use of a `const` would compile it again.
pub const fn entry<O: Operation>() -> Entry {
    Entry {
        title: O::TITLE,
        text: O::TEXT,
        secret: O::SECRET,
        table: O::TABLE,
        sort: O::SORT,
        limit: O::LIMIT,
        is_list: O::Done::IS_LIST,
        body: describe::<O>,
        result: O::Done::RESULT,
        again: O::again,
        run: run::<O>,
        call: O::CALL,
        command: O::COMMAND,
        done: O::DONE,
        members: OnceLock::new(),
    }
}

fn run<'a, O: Operation>(body: Value, context: &'a AdminContext<'_>) -> Boxed<'a, Result<Outcome>> {
    Box::pin(async move {
        let operation: O = serde_path_to_error::deserialize(body)?;
        Ok(operation.run(context).await?.outcome())
    })
}

impl Entry {
    pub fn call(&self) -> Call {
        Call::parse(self.call)
    }

    /// Returns the words of the command: `role create`.
    pub fn words(&self) -> impl Iterator<Item = &'static str> {
        usage::words(self.command)
    }

    /// Returns the flag that chooses the operation among those with the same words.
    pub fn flag(&self) -> Option<&'static str> {
        usage::flag(self.command)
    }

    /// Returns true if the program defines the arguments of the command itself.
    pub fn has_own_arguments(&self) -> bool {
        self.command.ends_with(" *")
    }

    /// Returns true if the command has an argument or an option for each member of the body.
    pub fn names_members(&self) -> bool {
        !self.has_own_arguments() || self.command.contains('=')
    }

    /// Returns the ID in the document: `admin_role_create`.
    pub fn id(&self) -> String {
        let words = self.words().chain(self.flag());
        let words = words.flat_map(|word| word.split('-'));
        ["admin"]
            .into_iter()
            .chain(words)
            .collect::<Vec<_>>()
            .join("_")
    }

    /// Returns the members of the body, those that the command names first.
    pub fn members(&self) -> &[Member] {
        self.members
            .get_or_init(|| member::members(self.command, &(self.body)().schema))
    }

    /// Returns the member of a URL whose option is that of a file.
    pub fn url_of(&self, file: &Member) -> Option<&Member> {
        let mut members = self.members().iter();
        members.find(|member| member.kind == MemberKind::Uri && member.place == file.place)
    }

    /// Returns the members that are not in the path of the call.
    pub fn sent_members(&self) -> impl Iterator<Item = &Member> {
        let call = self.call();
        let in_path = move |name: &str| call.parameters().any(|parameter| parameter == name);
        self.members()
            .iter()
            .filter(move |member| !in_path(&member.name))
    }

    /// Returns the sentence about a change, with the members as sent; `None` if the object itself is shown.
    pub fn sentence(&self, body: &Value, document: &Value) -> Option<String> {
        let fill = |text: String, (name, value): (&String, &Value)| {
            let value = value
                .as_str()
                .map_or_else(|| value.to_string(), str::to_owned);
            text.replace(&format!("{{{name}}}"), &value)
        };
        let members = [body, document].into_iter().filter_map(Value::as_object);
        let sentence = members.flatten().fold(self.done.to_owned(), fill);
        (!sentence.is_empty()).then_some(sentence)
    }
}

/// Defines the entries of operations, and the list `ALL` of them and of those after a semicolon.
#[macro_export]
macro_rules! entries {
    ($($name:ident: $operation:ty),+ $(,)? $(; $($more:path),+ $(,)?)?) => {
        $(pub static $name: $crate::operation::Entry = $crate::operation::entry::<$operation>();)+

        pub static ALL: &[&$crate::operation::Entry] = &[$(&$name,)+ $($(&$more),+)?];
    };
}

/// Defines bodies that only name an object. Members after a semicolon are optional.
#[macro_export]
macro_rules! targets {
    ($members:tt => $($body:ident),+) => {
        $($crate::targets!(@body $members $body);)+
    };
    (@body {
        $($(#[$meta:meta])* $member:ident),*
        $(; $($(#[$text:meta])* $optional:ident),+)?
    } $body:ident) => {
        /// Target of the operation.
        #[derive(Debug, serde::Deserialize, utoipa::ToSchema)]
        #[serde(deny_unknown_fields)]
        pub struct $body {
            $($(#[$meta])* $member: String,)*
            $($($(#[$text])* $optional: Option<String>,)+)?
        }
    };
}

#[cfg(test)]
mod tests;
