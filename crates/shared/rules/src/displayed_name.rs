//! Displayed names: of users, organizations, clients, keys and devices. A name is read by others than
//! its author, so it must not hide, reorder or imitate other text (UTS 39).

mod protected;

pub use doorward_protocol::displayed_text::{
    NameError, check, check_administered, check_text, look, looks, without_hidden,
};

pub use protected::ProtectedNames;

#[cfg(test)]
mod tests;
