//! Wire values whose members may be absent.

/// Defines a struct for the wire. Those of its members below `sparse` are absent while they have their
/// default value.
#[macro_export]
macro_rules! sparse {
    (
        $(#[$meta:meta])*
        pub struct $name:ident {
            $($(#[$first_meta:meta])* pub $first:ident: $first_type:ty,)*
            sparse { $($(#[$sparse_meta:meta])* pub $sparse:ident: $sparse_type:ty,)* }
            $($(#[$last_meta:meta])* pub $last:ident: $last_type:ty,)*
        }
    ) => {
        $(#[$meta])*
        pub struct $name {
            $($(#[$first_meta])* pub $first: $first_type,)*
            $(
                $(#[$sparse_meta])*
                #[serde(default, skip_serializing_if = "doorward_protocol::sparse::is_default")]
                pub $sparse: $sparse_type,
            )*
            $($(#[$last_meta])* pub $last: $last_type,)*
        }
    };
}

/// Returns true for the default value of a type.
pub fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}
