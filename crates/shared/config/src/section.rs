//! Sections of the configuration: a struct, and the rows of its keys in the table.

/// Defines a section. The comment of a field is the description of its key in the reference; the
/// expression gives kind, default and other properties. `section` fields are sections inside.
macro_rules! section {
    (
        $(#[$meta:meta])*
        pub struct $name:ident in $section:literal {
            $($(#[doc = $doc:literal])+ $field:ident: $type:ty = $key:expr;)*
            $(section $inner:ident: $inner_type:ty;)*
        }
    ) => {
        $(#[$meta])*
        #[derive(Clone, Debug, serde::Serialize, serde::Deserialize)]
        #[serde(deny_unknown_fields)]
        pub struct $name {
            $(pub $field: $type,)*
            $(pub $inner: $inner_type,)*
        }

        impl $name {
            pub(crate) const KEYS: &'static [$crate::key::Key] = &[
                $($key.describe(
                    concat!($section, ".", stringify!($field)),
                    concat!($($doc),+),
                ),)*
            ];
        }
    };
}
