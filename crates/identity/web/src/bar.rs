//! The bar above the pages of a session, which says on whose behalf its user acts.

use std::pin::Pin;

use doorward_protocol::added::Added;
use doorward_templates::Bar;

use super::page::Page;
use crate::prelude::*;

type Found<'a> = Pin<Box<dyn Future<Output = Result<Option<Bar>, ServerError>> + 'a>>;

/// Returns the bar of a session; `None` without one.
pub type ReadBar = for<'a> fn(&'a Page, &'a SignedIn) -> Found<'a>;

/// The bars of features.
pub static BARS: Added<ReadBar> = Added::new();

impl Page {
    /// Reads the bar of the session for the layout of this page.
    pub(super) async fn read_bar(&self, signed_in: &SignedIn) -> Result<(), ServerError> {
        for read in BARS.all() {
            if let Some(bar) = read(self, signed_in).await? {
                self.bar.replace(Some(bar));
            }
        }
        Ok(())
    }
}
