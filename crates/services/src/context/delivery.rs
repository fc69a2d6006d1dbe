//! What waits to be sent.

use doorward_domain::secret::MasterKey;

use super::core::Core;
use crate::geoip::GeoIp;
use crate::jobs::Jobs;
use crate::outbox::MailOutbox;

/// Jobs and mail.
#[derive(Debug)]
pub struct Delivery {
    /// Work that waits.
    pub jobs: Jobs,
    /// Where addresses are, for people.
    pub geoip: GeoIp,
}

impl Delivery {
    pub(super) fn new(master: &MasterKey, geoip: GeoIp) -> Self {
        Self {
            jobs: Jobs::new(master),
            geoip,
        }
    }

    /// The letters that this server promises.
    pub fn letters<'a>(&'a self, core: &'a Core) -> MailOutbox<'a> {
        MailOutbox::of_server(&core.config, &self.jobs, &self.geoip)
    }
}
