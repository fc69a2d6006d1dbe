//! Own texts of pages and e-mail messages: the background work reads those of the deployment. Those of
//! a client or an organization are read for its pages and messages, if any owner has some.

use std::sync::Mutex;
use std::sync::atomic::AtomicBool;

use doorward_domain::model::{OwnText, TextOwner};
use doorward_i18n::overlay::{self, Overlay};
use doorward_store::StoreError;

use crate::prelude::*;

/// True if a feature of the program manages own texts.
static SHOWN: AtomicBool = AtomicBool::new(false);

/// Shows the stored texts from now on. Without it, [`OwnTexts::read`] reads none.
pub fn show_stored() {
    SHOWN.store(true, Ordering::Relaxed);
}

/// The state of a process, as its background work last read it.
#[derive(Debug, Default)]
pub struct OwnTexts {
    /// True if a client or an organization may have own texts.
    of_brands: AtomicBool,
    /// The texts of the deployment.
    known: Mutex<Vec<OwnText>>,
}

impl OwnTexts {
    /// Reads whether a client or an organization has texts, and replaces those of the deployment if they
    /// have changed.
    #[boxed]
    pub async fn read(&self, conn: &Conn) -> Result<(), StoreError> {
        if !SHOWN.load(Ordering::Relaxed) {
            return Ok(());
        }
        let of_brands = repo::own_texts::has_of_brands(conn).await?;
        self.of_brands.store(of_brands, Ordering::Relaxed);
        let texts = repo::own_texts::list(conn, &TextOwner::Deployment).await?;
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if *known != texts {
            overlay::replace_deployment(overlay_of(&texts));
            *known = texts;
        }
        Ok(())
    }

    /// Returns true if a client or an organization may have texts.
    pub fn has_of_brands(&self) -> bool {
        self.of_brands.load(Ordering::Relaxed)
    }

    /// Assumes that a client or an organization has texts, until they are read again.
    pub fn assume(&self) {
        self.of_brands.store(true, Ordering::Relaxed);
    }
}

/// Returns the texts for lookups.
pub fn overlay_of(texts: &[OwnText]) -> Overlay {
    let texts = texts.iter();
    Overlay::new(texts.map(|text| (&*text.language, &*text.key, &*text.text)))
}
