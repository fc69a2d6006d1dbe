//! Jobs, and the mails that they send.

use doorward_domain::secret::MasterKey;

use super::core::Core;
use crate::geoip::GeoIp;
use crate::jobs::Jobs;
use crate::outbox::MailOutbox;

#[derive(Debug)]
pub struct Delivery {
    pub jobs: Jobs,
    /// The database of IP locations, for display.
    pub geoip: GeoIp,
}

impl Delivery {
    pub(super) fn new(core: &Core, master: &MasterKey, geoip: GeoIp) -> Self {
        Self {
            jobs: Jobs::new(master, core.random.clone()),
            geoip,
        }
    }

    pub fn outbox<'a>(&'a self, core: &'a Core) -> MailOutbox<'a> {
        MailOutbox::of_server(&core.config, &self.jobs, &self.geoip)
    }
}
