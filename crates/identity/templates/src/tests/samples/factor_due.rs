use super::{NOW, Sampled};
use crate::factor_due::FactorDue;
use crate::layout::Layout;

impl Sampled for FactorDue {
    fn samples(layout: &Layout) -> Vec<(&'static str, Self)> {
        let plain = Self {
            layout: layout.clone(),
            app_name: Some("Photo Album".to_owned()),
            from: NOW + 14 * 86_400,
            set_up: "/account/security/2fa?flow=Zk3s9QyV0cX1bT7m".to_owned(),
            later: "/login?flow=Zk3s9QyV0cX1bT7m".to_owned(),
        };
        vec![
            ("normal", plain.clone()),
            ("bare", plain.vary(|page| page.app_name = None)),
        ]
    }
}
