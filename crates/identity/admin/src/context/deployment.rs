//! Secrets and services of the deployment that operations use beside its database.

use std::ops::Deref;

use doorward_domain::secret::MasterKey;
use doorward_services::context::Context;
use doorward_services::pictures::PictureEncoder;

#[derive(Clone, Copy, Debug)]
pub enum Deployment<'a> {
    /// A running server.
    Server(&'a Context),
    /// A command, with the secret keys; `None` without a usable one.
    Command(Option<&'a MasterKey>),
}

/// No secret key is configured, or it is not usable.
#[derive(Debug)]
pub struct NoSecretKey;

/// A part of the running server, or one that a command has made.
#[derive(Debug)]
pub enum Part<'a, T> {
    Server(&'a T),
    Command(T),
}

impl<T> Deref for Part<'_, T> {
    type Target = T;

    fn deref(&self) -> &T {
        match self {
            Self::Server(part) => part,
            Self::Command(part) => part,
        }
    }
}

impl<'a> Deployment<'a> {
    /// Returns the running server; `None` for a command.
    pub const fn server(self) -> Option<&'a Context> {
        match self {
            Self::Server(context) => Some(context),
            Self::Command(_) => None,
        }
    }

    pub(crate) fn pictures(self) -> Part<'a, PictureEncoder> {
        self.server().map_or_else(
            || Part::Command(PictureEncoder::default()),
            |server| Part::Server(&server.accounts.pictures),
        )
    }

    /// Returns a part of the running server, or makes it with the secret keys.
    ///
    /// # Errors
    /// Returns [`NoSecretKey`] for a command without a usable one.
    pub fn part<T>(
        self,
        of_server: impl FnOnce(&'a Context) -> &'a T,
        make: impl FnOnce(&MasterKey) -> T,
    ) -> Result<Part<'a, T>, NoSecretKey> {
        match self {
            Self::Server(context) => Ok(Part::Server(of_server(context))),
            Self::Command(Some(master)) => Ok(Part::Command(make(master))),
            Self::Command(None) => Err(NoSecretKey),
        }
    }
}
