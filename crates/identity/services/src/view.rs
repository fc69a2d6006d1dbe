//! Views: the JSON objects of responses.

pub use doorward_domain::time::to_rfc3339 as time;

/// Defines the JSON object of a response: a struct with `new`, which builds it from a model. A row
/// has the documentation of a member, its type and its value:
///
/// - `name?: T` is absent without a value;
/// - `Time` is a time in seconds, written as RFC 3339.
///
/// The visibility before its name is that of `new`.
#[macro_export]
macro_rules! view {
    ($(#[$meta:meta])* $vis:vis $view:ident($($arg:tt: $arg_type:ty),+) { $($rows:tt)+ }) => {
        $crate::view!(@row [$(#[$meta])* $vis $view($($arg: $arg_type),+)] {} {} $($rows)+);
    };
    (@row $head:tt {$($fields:tt)*} {$($values:tt)*}
        $(#[$meta:meta])* $name:ident?: Time = $value:expr; $($rows:tt)*) => {
        $crate::view!(@row $head {
            $($fields)*
            $(#[$meta])*
            #[serde(skip_serializing_if = "Option::is_none")]
            #[schema(format = DateTime)]
            $name: Option<String>,
        } { $($values)* $name: $value.map($crate::view::time), } $($rows)*);
    };
    (@row $head:tt {$($fields:tt)*} {$($values:tt)*}
        $(#[$meta:meta])* $name:ident?: $type:ty = $value:expr; $($rows:tt)*) => {
        $crate::view!(@row $head {
            $($fields)*
            $(#[$meta])*
            #[serde(skip_serializing_if = "Option::is_none")]
            $name: Option<$type>,
        } { $($values)* $name: $value, } $($rows)*);
    };
    (@row $head:tt {$($fields:tt)*} {$($values:tt)*}
        $(#[$meta:meta])* $name:ident: Option<Time> = $value:expr; $($rows:tt)*) => {
        $crate::view!(@row $head {
            $($fields)*
            $(#[$meta])*
            #[schema(format = DateTime)]
            $name: Option<String>,
        } { $($values)* $name: $value.map($crate::view::time), } $($rows)*);
    };
    (@row $head:tt {$($fields:tt)*} {$($values:tt)*}
        $(#[$meta:meta])* $name:ident: Time = $value:expr; $($rows:tt)*) => {
        $crate::view!(@row $head {
            $($fields)*
            $(#[$meta])*
            #[schema(format = DateTime)]
            $name: String,
        } { $($values)* $name: $crate::view::time($value), } $($rows)*);
    };
    (@row $head:tt {$($fields:tt)*} {$($values:tt)*}
        $(#[$meta:meta])* $name:ident: $type:ty = $value:expr; $($rows:tt)*) => {
        $crate::view!(@row $head { $($fields)* $(#[$meta])* $name: $type, }
            { $($values)* $name: $value, } $($rows)*);
    };
    (@row [$(#[$meta:meta])* $vis:vis $view:ident($arg:tt: $arg_type:ty)] $fields:tt $values:tt) => {
        $crate::view!(@type [$(#[$meta])* $vis $view($arg: $arg_type)] $fields $values);

        impl From<$arg_type> for $view {
            fn from(model: $arg_type) -> Self {
                Self::new(model)
            }
        }
    };
    (@row $head:tt $fields:tt $values:tt) => {
        $crate::view!(@type $head $fields $values);
    };
    (@type [$(#[$meta:meta])* $vis:vis $view:ident($($arg:tt: $arg_type:ty),+)] $fields:tt $values:tt) => {
        #[derive(Debug, serde::Serialize, utoipa::ToSchema)]
        $(#[$meta])*
        pub struct $view $fields

        impl $view {
            /// Builds the object.
            $vis fn new($($arg: $arg_type),+) -> Self {
                Self $values
            }
        }
    };
}
