//! Objects as TOML files: one file an object, in the folder of its kind.

mod folder;
mod secret;
mod write;

pub use self::folder::{FileError, Folder, SourceFile};
pub use self::secret::SecretSource;
pub use self::write::{canonical, file_name, updated};

#[cfg(test)]
mod tests;
